package org.apikeys.limit;

import jakarta.annotation.security.PermitAll;
import jakarta.ejb.Stateless;
import jakarta.inject.Inject;
import jakarta.persistence.EntityManager;
import jakarta.persistence.LockModeType;
import jakarta.persistence.PersistenceContext;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.apikeys.store.Page;
import org.jspecify.annotations.Nullable;

/**
 * The credits of keys and their ledger. Each payment is a transaction on the account's locked row:
 * exact among all nodes that share the store, and never lost with one of them.
 */
@Stateless
@PermitAll
public class Credits {
  private static final String SYSTEM = "system";
  private static final CreditState NONE = new CreditState(0, null);

  @PersistenceContext EntityManager store;
  private final Clock clock;

  @Inject
  public Credits(Clock clock) {
    this.clock = clock;
  }

  @SuppressWarnings("NullAway")
  public Credits() {
    clock = null;
  }

  /** What brings a line into the ledger. */
  enum Kind {
    OPENED,
    TOPPED_UP,
    ADJUSTED,
    REFILLED,
    CLOSED;

    String word() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** Who changes a balance, and why. */
  public record Why(String by, @Nullable String reason) {}

  /** A line of the ledger. */
  public record Entry(
      long id,
      String kind,
      long amount,
      long balanceAfter,
      @Nullable String reason,
      String by,
      Instant at) {}

  /** Whether a call was paid, and what is left. */
  public record Payment(boolean taken, CreditState state) {}

  /** Pays for a call. */
  public Payment take(long keyId, long cost) {
    CreditAccount account = locked(keyId);
    if (account == null) {
      return new Payment(false, NONE);
    }
    refillDue(account, keyId);
    return new Payment(account.tryTake(cost), account.state());
  }

  /** Pays for a call that was made already, with what is there. */
  public void takeWhatIsThere(long keyId, long cost) {
    CreditAccount account = locked(keyId);
    if (account != null) {
      refillDue(account, keyId);
      account.tryTake(Math.min(cost, account.balance()));
    }
  }

  /** How the key stands now; a refill that is due counts. */
  public CreditState look(long keyId) {
    CreditAccount account = store.find(CreditAccount.class, keyId);
    if (account == null) {
      return NONE;
    }
    if (account.isRefillDue(clock.instant())) {
      account = locked(keyId);
      if (account == null) {
        return NONE;
      }
      refillDue(account, keyId);
    }
    return account.state();
  }

  /** Opens an account with a balance. */
  public void open(long keyId, CreditRule rule, Why why) {
    long balance = balanceOf(rule);
    CreditAccount account = new CreditAccount(keyId, balance);
    account.refillBy(rule.refill(), clock.instant());
    store.persist(account);
    write(keyId, Kind.OPENED, balance, balance, why);
  }

  /** What a rule opens with. */
  private static long balanceOf(CreditRule rule) {
    if (rule.balance() != null) {
      return rule.balance();
    }
    return rule.refill() == null ? 0 : rule.refill().amount();
  }

  /** Refills by another rule from now on; the balance stays. */
  public void refillBy(long keyId, CreditRule.@Nullable Refill refill) {
    CreditAccount account = locked(keyId);
    if (account != null) {
      refillDue(account, keyId);
      account.refillBy(refill, clock.instant());
    }
  }

  /** Ends the account: calls cost nothing any more. */
  public void close(long keyId, Why why) {
    CreditAccount account = locked(keyId);
    if (account != null) {
      write(keyId, Kind.CLOSED, -account.balance(), 0, why);
      store.remove(account);
    }
  }

  /**
   * Adds credits, or takes some away.
   *
   * @return the balance before and after; empty when there is no account, or the balance would be
   *     below zero or above {@link CreditRule#MOST}
   */
  public Optional<Moved> add(long keyId, long amount, Why why) {
    CreditAccount account = locked(keyId);
    if (account == null) {
      return Optional.empty();
    }
    refillDue(account, keyId);
    long wanted = account.balance() + amount;
    return wanted < 0 || wanted > CreditRule.MOST
        ? Optional.empty()
        : Optional.of(
            move(account, keyId, amount > 0 ? Kind.TOPPED_UP : Kind.ADJUSTED, wanted, why));
  }

  /** Sets the balance. */
  public Optional<Moved> set(long keyId, long balance, Why why) {
    CreditAccount account = locked(keyId);
    if (account == null) {
      return Optional.empty();
    }
    refillDue(account, keyId);
    return Optional.of(move(account, keyId, Kind.ADJUSTED, balance, why));
  }

  /** A balance before and after. */
  public record Moved(long before, long after) {}

  private Moved move(CreditAccount account, long keyId, Kind kind, long wanted, Why why) {
    long before = account.balance();
    account.set(wanted);
    write(keyId, kind, wanted - before, wanted, why);
    return new Moved(before, wanted);
  }

  /** A page of the ledger, the newest line first. */
  public Page<Entry> ledger(long keyId, int page, int size) {
    List<Entry> entries =
        store
            .createNamedQuery("CreditEntry.byKey", CreditEntry.class)
            .setParameter("keyId", keyId)
            .setFirstResult((page - 1) * size)
            .setMaxResults(size)
            .getResultList()
            .stream()
            .map(CreditEntry::shown)
            .toList();
    long total =
        store
            .createNamedQuery("CreditEntry.count", Long.class)
            .setParameter("keyId", keyId)
            .getSingleResult();
    return new Page<>(entries, total);
  }

  private @Nullable CreditAccount locked(long keyId) {
    return store.find(CreditAccount.class, keyId, LockModeType.PESSIMISTIC_WRITE);
  }

  private void refillDue(CreditAccount account, long keyId) {
    long came = account.refillDue(clock.instant());
    if (came > 0) {
      write(keyId, Kind.REFILLED, came, account.balance(), new Why(SYSTEM, null));
    }
  }

  private void write(long keyId, Kind kind, long amount, long after, Why why) {
    store.persist(new CreditEntry(keyId, kind, amount, after, why, clock.instant()));
  }
}
