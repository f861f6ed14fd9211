package org.apikeys.client;

import java.util.concurrent.atomic.AtomicInteger;

/**
 * Calls that the server has counted ahead for one key, address and referrer.
 *
 * @param key what the calls are decided by
 * @param lent how many there were
 * @param calls how many are left
 * @param untilMillis from when they are worth nothing, in milliseconds since 1970 UTC
 * @param payloadBytes the largest payload of one
 * @param askedNanos when the question was sent
 * @param connection the connection that changes were heard by then; 0 for none
 */
record Loan(
    Verdict verdict,
    VerifiedKey key,
    int lent,
    AtomicInteger calls,
    long untilMillis,
    long payloadBytes,
    long askedNanos,
    long connection) {

  /** Whether the call is one that this is good for. */
  boolean covers(Call call) {
    return call.bytesIn() <= payloadBytes
        && (call.needed() == null || call.needed().isSatisfiedBy(key.held().on(call.about())));
  }

  /** How many calls are left that are still worth something. */
  int left(long nowMillis) {
    return nowMillis >= untilMillis ? 0 : calls.get();
  }

  /** Takes a call. */
  boolean tryTake(long nowMillis) {
    if (nowMillis >= untilMillis) {
      return false;
    }
    int left = calls.get();
    while (left > 0) {
      if (calls.compareAndSet(left, left - 1)) {
        return true;
      }
      left = calls.get();
    }
    return false;
  }
}
