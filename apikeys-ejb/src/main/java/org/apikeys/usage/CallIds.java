package org.apikeys.usage;

import jakarta.inject.Inject;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.regex.Pattern;
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
  private static final int CHECK_DIGITS = 6;

  /** Of so many digits, and less than this. */
  private static final long MOST_CHECK = 2_176_782_336L;

  private static final Pattern FORM = Pattern.compile("d[0-9a-z]{1,13}[0-9a-z]{6}");

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

  /**
   * The id of the decision about a call, as clients see it. Its last part is a check of both
   * numbers, so that an id that is mistyped, made up or of another key is known without looking for
   * the call: its details may be shed, not written yet, or on another node. The check is no secret,
   * and keeps nobody out: whatever is told of a call counts for the key that is named, alone.
   *
   * @param keyId the key that the call was made with; 0 when that is not known
   */
  public static String decisionId(long id, long keyId) {
    String check = Long.toString(MOST_CHECK + check(id, keyId), RADIX);
    return "d" + Long.toString(id, RADIX) + check.substring(1);
  }

  private static long check(long id, long keyId) {
    // the finalizer of SplitMix64 (Steele, Lea, Flood 2014)
    long mixed = id * 0x9E3779B97F4A7C15L + keyId;
    mixed = (mixed ^ (mixed >>> 30)) * 0xBF58476D1CE4E5B9L;
    mixed = (mixed ^ (mixed >>> 27)) * 0x94D049BB133111EBL;
    return Long.remainderUnsigned(mixed ^ (mixed >>> 31), MOST_CHECK);
  }

  /** The call of a key that a decision was about; empty when the text is no id of one. */
  public static OptionalLong parse(@Nullable String decisionId, long keyId) {
    if (decisionId == null || !FORM.matcher(decisionId).matches()) {
      return OptionalLong.empty();
    }
    int split = decisionId.length() - CHECK_DIGITS;
    try {
      long id = Long.parseLong(decisionId.substring(1, split), RADIX);
      return id > 0 && decisionId(id, keyId).equals(decisionId)
          ? OptionalLong.of(id)
          : OptionalLong.empty();
    } catch (NumberFormatException e) {
      return OptionalLong.empty();
    }
  }
}
