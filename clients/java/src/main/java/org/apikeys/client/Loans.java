package org.apikeys.client;

import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
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
  private volatile long allChangedNanos = System.nanoTime() - SETTLING_NANOS;

  Loans(int size) {
    this.size = size;
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
   */
  void keep(Call call, Set<String> variesBy, Loan loan) {
    if (mayBeOfBefore(loan)) {
      return;
    }
    makeRoom();
    Identity key = Identity.of(call);
    Identity who = variesBy.isEmpty() ? key : key.from(call);
    if (!variesBy.isEmpty()) {
      loans.remove(key);
    }
    loans.merge(who, loan, (old, fresh) -> fresh.after(old));
    if (mayBeOfBefore(loan)) {
      loans.remove(who);
    }
  }

  void changed(long keyId) {
    if (changedNanos.size() >= MOST_CHANGED) {
      allChanged();
      changedNanos.clear();
    }
    changedNanos.put(keyId, System.nanoTime());
    loans.values().removeIf(loan -> loan.key().id() == keyId);
  }

  void allChanged() {
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

  /** Whether a change was heard since the loan was asked for, or so shortly before. */
  private boolean mayBeOfBefore(Loan loan) {
    long settled = loan.askedNanos() - SETTLING_NANOS;
    Long changed = changedNanos.get(loan.key().id());
    return allChangedNanos - settled > 0 || (changed != null && changed - settled > 0);
  }
}
