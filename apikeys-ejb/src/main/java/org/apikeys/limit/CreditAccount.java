package org.apikeys.limit;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * The credits of a key through its life: opened with a balance, spent by calls, filled up on the
 * calendar, topped up and adjusted by people. The balance is never below zero.
 */
@Entity
@Table(name = "credit_account")
class CreditAccount {
  @Id
  @Column(name = "api_key_id")
  private long keyId;

  private long balance;

  @Column(name = "refill_amount")
  private @Nullable Long refillAmount;

  @Column(name = "refill_interval")
  private @Nullable String refillInterval;

  /** From when intervals are counted. */
  @Column(name = "refill_anchor")
  private @Nullable Instant refillAnchor;

  @Column(name = "next_refill_at")
  private @Nullable Instant nextRefillAt;

  @SuppressWarnings("NullAway.Init") // the provider sets every column
  protected CreditAccount() {}

  CreditAccount(long keyId, long balance) {
    this.keyId = keyId;
    this.balance = balance;
  }

  /** Filled up from now on, or never. */
  void refillBy(CreditRule.@Nullable Refill refill, Instant now) {
    refillAmount = refill == null ? null : refill.amount();
    refillInterval = refill == null ? null : refill.interval();
    refillAnchor = refill == null ? null : now;
    nextRefillAt = refill == null ? null : next(now, refill.interval(), now);
  }

  private static Instant next(Instant anchor, String interval, Instant now) {
    Interval every = Interval.parse(interval);
    long past = every.between(anchor.toEpochMilli(), now.toEpochMilli());
    return Instant.ofEpochMilli(every.after(anchor.toEpochMilli(), past + 1));
  }

  boolean isRefillDue(Instant now) {
    return nextRefillAt != null && !now.isBefore(nextRefillAt);
  }

  /** Fills up when it is time; how much came in. */
  long refillDue(Instant now) {
    if (nextRefillAt == null
        || refillAmount == null
        || refillInterval == null
        || refillAnchor == null) {
      return 0;
    }
    boolean due = isRefillDue(now);
    Instant next = next(refillAnchor, refillInterval, now);
    // one that is later was reckoned by a clock that was ahead
    nextRefillAt = due || next.isBefore(nextRefillAt) ? next : nextRefillAt;
    if (!due) {
      return 0;
    }
    long came = Math.max(0, refillAmount - balance);
    balance += came;
    return came;
  }

  boolean tryTake(long cost) {
    if (balance < cost) {
      return false;
    }
    balance -= cost;
    return true;
  }

  void set(long wanted) {
    balance = wanted;
  }

  long balance() {
    return balance;
  }

  CreditState state() {
    return new CreditState(balance, nextRefillAt);
  }
}
