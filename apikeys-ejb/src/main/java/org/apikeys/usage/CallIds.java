package org.apikeys.usage;

import jakarta.inject.Inject;
import java.util.Locale;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.apikeys.hot.Direct;
import org.jspecify.annotations.Nullable;

/**
 * Numbers calls without asking the store for each: blocks of numbers are reserved ahead, by the
 * thread that writes calls. When no block is left, calls go unnumbered and without details until
 * the store is back.
 */
@Direct
public class CallIds {
  private static final long BLOCK = 50_000;
  private static final int AHEAD = 4;
  private static final int RADIX = 36;

  /** Numbers from {@code next} up to but not including {@code end}. */
  private record Block(AtomicLong next, long end) {}

  private static final Block EMPTY = new Block(new AtomicLong(0), 0);

  private final AtomicReference<Block> current = new AtomicReference<>(EMPTY);
  private final ConcurrentLinkedQueue<Block> spare = new ConcurrentLinkedQueue<>();
  private final CallStore store;

  @Inject
  public CallIds(CallStore store) {
    this.store = store;
  }

  /** A number that no other call has; 0 when there is none. */
  public long next() {
    while (true) {
      Block block = Objects.requireNonNull(current.get());
      long id = block.next().getAndIncrement();
      if (id < block.end()) {
        return id;
      }
      // it stays among the spare ones until it is the current one, so that nobody who looks
      // meanwhile believes that none is left
      Block fresh = spare.peek();
      if (fresh == null && block.equals(current.get())) {
        return 0;
      }
      if (fresh != null && current.compareAndSet(block, fresh)) {
        spare.remove(fresh);
      }
    }
  }

  /** Reserves blocks until enough are there. */
  public void reserve() {
    while (spare.size() < AHEAD) {
      long first = store.nextBlock() * BLOCK;
      spare.add(new Block(new AtomicLong(first), first + BLOCK));
    }
  }

  /** The id of the decision about a call, as clients see it. */
  public static String decisionId(long id) {
    return "d" + Long.toString(id, RADIX);
  }

  /** The call that a decision was about; empty when the text is no id of a decision. */
  public static OptionalLong parse(@Nullable String decisionId) {
    if (decisionId == null
        || decisionId.length() < 2
        || decisionId.length() > 13
        || decisionId.charAt(0) != 'd'
        || !decisionId.equals(decisionId.toLowerCase(Locale.ROOT))) {
      return OptionalLong.empty();
    }
    try {
      long id = Long.parseLong(decisionId.substring(1), RADIX);
      return id < 0 ? OptionalLong.empty() : OptionalLong.of(id);
    } catch (NumberFormatException e) {
      return OptionalLong.empty();
    }
  }
}
