package org.apikeys.client;

import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Calls that the server has counted ahead for one key, and for one address and referrer where the
 * key looks at these.
 *
 * @param verdict what the call that it was lent with came to
 * @param key what the calls are decided by
 * @param lent how many there were
 * @param calls how many are left
 * @param taken how many of the key's limit would be left if every call of it were used
 * @param untilMillis from when they are worth nothing, in milliseconds since 1970 UTC
 * @param payloadBytes the largest payload of one
 * @param askedNanos when the question was sent
 * @param connection the connection that changes were heard by then; 0 for none
 * @param renewing whether somebody asks for more
 */
record Loan(
    Verdict verdict,
    VerifiedKey key,
    int lent,
    AtomicInteger calls,
    long taken,
    long untilMillis,
    long payloadBytes,
    long askedNanos,
    long connection,
    AtomicBoolean renewing) {
  private static final int LOW = 4;

  /** How far the ends of loans lie apart that several callers have asked for at once. */
  private static final long CLOSE_MILLIS = 5_000;

  /** What the server has answered, and what it has lent with that; null for nothing. */
  static Loan of(
      Verdict verdict,
      VerifiedKey key,
      Server.@Nullable Lease lease,
      long askedNanos,
      long connection) {
    int lent = lease == null ? 0 : lease.calls();
    Verdict.RateLimit limit = verdict.limit();
    return new Loan(
        new Verdict(verdict.code(), verdict.status(), key, limit, null, 0, null),
        key,
        lent,
        new AtomicInteger(lent),
        limit == null ? 0 : limit.remaining() - lent,
        lease == null ? 0 : lease.untilMillis(),
        lease == null ? Long.MAX_VALUE : lease.payloadBytes(),
        askedNanos,
        connection,
        new AtomicBoolean());
  }

  /** This one, with what is left of an older one that ends at about the same time. */
  Loan after(Loan old) {
    boolean close = lent == 0 || Math.abs(untilMillis - old.untilMillis) < CLOSE_MILLIS;
    if (!close || old.left(System.currentTimeMillis()) == 0) {
      return this;
    }
    int left = old.calls.getAndSet(0);
    return new Loan(
        verdict,
        key,
        Math.max(old.lent, lent),
        new AtomicInteger(left + calls.get()),
        taken,
        lent == 0 ? old.untilMillis : Math.min(old.untilMillis, untilMillis),
        Math.min(old.payloadBytes, payloadBytes),
        askedNanos,
        connection,
        new AtomicBoolean());
  }

  /** Whether the call is one that this is good for. */
  boolean covers(Call call) {
    return call.bytesIn() <= payloadBytes
        && (call.environment() == null || call.environment().equals(key.environment()))
        && (call.needed() == null || call.needed().isSatisfiedBy(key.held().on(call.about())));
  }

  /** How many calls are left that are still worth something. */
  int left(long nowMillis) {
    return nowMillis >= untilMillis ? 0 : calls.get();
  }

  /** Whether most of it has been used. */
  boolean isUsedUp() {
    return (long) LOW * calls.get() <= lent;
  }

  /** Whether most of it has been used, or is worth nothing any more. */
  boolean isLow(long nowMillis) {
    return isUsedUp() || nowMillis >= untilMillis;
  }

  /** Takes a call; null when there is none. */
  @Nullable Verdict tryTake(long nowMillis) {
    if (nowMillis >= untilMillis) {
      return null;
    }
    int left = calls.get();
    while (left > 0) {
      if (calls.compareAndSet(left, left - 1)) {
        return decided(left - 1);
      }
      left = calls.get();
    }
    return null;
  }

  /** As the server would show it: what is lent and not used is as good as left. */
  private Verdict decided(int left) {
    Verdict.RateLimit limit = verdict.limit();
    return limit == null
        ? verdict
        : new Verdict(
            verdict.code(),
            verdict.status(),
            key,
            limit.withRemaining(taken + left),
            null,
            0,
            null);
  }
}
