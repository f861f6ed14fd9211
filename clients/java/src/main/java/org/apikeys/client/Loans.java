package org.apikeys.client;

import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * What was lent, by who calls: by the key alone, or by its address and referrer too where its
 * restrictions look at them. What an answer said before a change of its key is not kept.
 */
final class Loans {
  /** How long other nodes may still answer what was before a change. */
  private static final long SETTLING_NANOS = 2_000_000_000L;

  private static final int MOST_CHANGED = 10_000;

  private final int size;
  private final Map<Identity, Loan> loans = new ConcurrentHashMap<>();
  private final Map<Long, Long> changedNanos = new ConcurrentHashMap<>();
  private final AtomicLong changes = new AtomicLong();
  private volatile long allChangedNanos = System.nanoTime() - SETTLING_NANOS;

  Loans(int size) {
    this.size = size;
  }

  /** How many changes were heard: what is asked now may be of before the next one. */
  long stamp() {
    return changes.get();
  }

  int size() {
    return loans.size();
  }

  @Nullable Loan find(Call call) {
    Identity key = Identity.of(call);
    Loan ofKey = loans.get(key);
    return ofKey == null ? loans.get(key.from(call)) : ofKey;
  }

  void forget(Call call) {
    Identity key = Identity.of(call);
    loans.remove(key);
    loans.remove(key.from(call));
  }

  /**
   * Keeps a loan, unless its key has changed since it was asked for.
   *
   * @param variesBy what of the call's origin it depends on
   * @param stamp from before it was asked for
   */
  void keep(Call call, Set<String> variesBy, Loan loan, long stamp) {
    if (changes.get() != stamp || isSettling(loan.key().id())) {
      forget(call);
      return;
    }
    makeRoom();
    Identity key = Identity.of(call);
    Identity who = variesBy.isEmpty() ? key : key.from(call);
    if (!variesBy.isEmpty()) {
      loans.remove(key);
    }
    loans.merge(who, loan, (old, fresh) -> fresh.after(old));
    if (changes.get() != stamp) {
      loans.remove(who);
    }
  }

  void changed(long keyId) {
    changes.incrementAndGet();
    if (changedNanos.size() > MOST_CHANGED) {
      long now = System.nanoTime();
      changedNanos.values().removeIf(at -> now - at > SETTLING_NANOS);
    }
    changedNanos.put(keyId, System.nanoTime());
    loans.values().removeIf(loan -> loan.key().id() == keyId);
  }

  void allChanged() {
    changes.incrementAndGet();
    allChangedNanos = System.nanoTime();
    loans.clear();
  }

  private void makeRoom() {
    if (loans.size() >= size) {
      long now = System.currentTimeMillis();
      loans.values().removeIf(old -> old.untilMillis() <= now);
      if (loans.size() >= size) {
        loans.clear();
      }
    }
  }

  private boolean isSettling(long keyId) {
    long now = System.nanoTime();
    Long changed = changedNanos.get(keyId);
    return now - allChangedNanos < SETTLING_NANOS
        || (changed != null && now - changed < SETTLING_NANOS);
  }
}
