package org.apikeys.hot;

import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Remembers what was made of texts that come again and again, such as addresses and scopes. Each
 * text has one slot by its hash, and the latest one has the slot: so it never grows, needs no lock,
 * and whoever sends texts that share slots gains nothing but the work of reading each of them.
 *
 * <p>Never for secrets: they would rest in memory.
 *
 * @param <T> what is made of a text; immutable
 */
public final class Memo<T> {
  /** Longer texts are read each time, so that the memory is bounded. */
  private static final int LONGEST = 256;

  private record Entry<T>(String text, T made) {}

  private final AtomicReferenceArray<@Nullable Entry<T>> slots;
  private final Function<String, T> maker;

  /**
   * Remembers the latest texts.
   *
   * @param size how many slots there are; a power of two
   * @param maker makes of a text what is remembered; what it throws is thrown, and not remembered
   */
  public Memo(int size, Function<String, T> maker) {
    if (Integer.bitCount(size) != 1) {
      throw new IllegalArgumentException("the size is a power of two");
    }
    slots = new AtomicReferenceArray<>(size);
    this.maker = maker;
  }

  /** The slot of a hash, of so many; a power of two. */
  static int slot(int hash, int slots) {
    return (hash ^ (hash >>> 16)) & (slots - 1);
  }

  /** What is made of the text. */
  public T of(String text) {
    if (text.length() > LONGEST) {
      return maker.apply(text);
    }
    int slot = slot(text.hashCode(), slots.length());
    Entry<T> known = slots.getAcquire(slot);
    if (known != null && known.text.equals(text)) {
      return known.made;
    }
    T made = maker.apply(text);
    slots.setRelease(slot, new Entry<>(text, made));
    return made;
  }
}
