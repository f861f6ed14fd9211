package org.apikeys.sidecar;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;

/**
 * Remembers what was made of things that come again and again, such as addresses and scopes. It is
 * cleared when it is full, so that whoever sends ever new ones gains nothing but the work of making
 * each.
 *
 * <p>Never for secrets: they would rest in memory.
 *
 * @param <K> what is made something of
 * @param <T> what is made of it; immutable
 */
final class Memo<K, T> {
  /** Longer texts are read each time, so that the memory is bounded. */
  private static final int LONGEST = 256;

  private final int most;
  private final Function<K, T> maker;
  private final Map<K, T> made = new ConcurrentHashMap<>();

  /**
   * Remembers the latest.
   *
   * @param maker what it throws is thrown, and not remembered
   */
  Memo(int most, Function<K, T> maker) {
    this.most = most;
    this.maker = maker;
  }

  /** What is made of it. */
  T of(K thing) {
    T known = made.get(thing);
    if (known != null) {
      return known;
    }
    T fresh = maker.apply(thing);
    if (!(thing instanceof String text) || text.length() <= LONGEST) {
      if (made.size() >= most) {
        made.clear();
      }
      made.put(thing, fresh);
    }
    return fresh;
  }
}
