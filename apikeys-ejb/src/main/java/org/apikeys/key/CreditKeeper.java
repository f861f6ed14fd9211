package org.apikeys.key;

import jakarta.annotation.security.RolesAllowed;
import jakarta.ejb.Stateless;
import jakarta.inject.Inject;
import java.time.Instant;
import java.util.Objects;
import java.util.Optional;
import org.apikeys.api.audit.Action;
import org.apikeys.api.permission.ManagementScope;
import org.apikeys.api.problem.ProblemException;
import org.apikeys.api.problem.ProblemType;
import org.apikeys.api.tenant.Caller;
import org.apikeys.audit.AuditEntry;
import org.apikeys.limit.CreditRule;
import org.apikeys.limit.CreditState;
import org.apikeys.limit.Credits;
import org.apikeys.store.Page;
import org.jspecify.annotations.Nullable;

/** Shows the credits of keys with their ledger, tops them up and adjusts them. */
@Stateless
@RolesAllowed(ManagementScope.KEYS_WRITE)
public class CreditKeeper {
  private final ApiKeys keys;
  private final Authority authority;
  private final Credits credits;
  private final KeyRecorder recorder;

  @Inject
  public CreditKeeper(ApiKeys keys, Authority authority, Credits credits, KeyRecorder recorder) {
    this.keys = keys;
    this.authority = authority;
    this.credits = credits;
    this.recorder = recorder;
  }

  @SuppressWarnings("NullAway")
  public CreditKeeper() {
    keys = null;
    authority = null;
    credits = null;
    recorder = null;
  }

  /**
   * The account of a key.
   *
   * @param refill how it is filled up; null for never
   * @param refillAt when it is filled up next
   */
  public record Account(
      String keyId,
      long balance,
      CreditRule.@Nullable Refill refill,
      @Nullable Instant refillAt,
      Page<Credits.Entry> entries) {}

  /** The account, and a page of its ledger. */
  @RolesAllowed({ManagementScope.KEYS_READ, ManagementScope.USAGE_READ})
  public Account read(Caller caller, long id, int page, int size) {
    return account(caller, id, page, size);
  }

  private Account account(Caller caller, long id, int page, int size) {
    ApiKey key = keys.seenBy(caller, id);
    CreditRule rule = requireCredits(key);
    CreditState state = credits.look(id);
    return new Account(
        "key-" + id,
        state.balance(),
        rule.refill(),
        state.refillAt(),
        credits.ledger(id, page, size));
  }

  private static CreditRule requireCredits(ApiKey key) {
    CreditRule rule = key.configuration().credits();
    if (rule == null) {
      throw new ProblemException(
          ProblemType.CONFLICT, "The key does not pay with credits; configure its credits first.");
    }
    return rule;
  }

  /**
   * Adds credits or takes some away, or sets the balance.
   *
   * @param amount to be added; below zero to take away
   * @param balance to be set; exactly one of the two is given
   */
  public Account change(
      Caller caller,
      long id,
      @Nullable Long amount,
      @Nullable Long balance,
      @Nullable String reason) {
    ApiKey key = keys.toChange(caller, id);
    key.requireNotRevoked();
    CreditRule rule = requireCredits(key);
    Credits.Why why = new Credits.Why(caller.name(), reason);
    Optional<Credits.Moved> moved =
        amount == null
            ? credits.set(id, Objects.requireNonNull(balance), why)
            : credits.add(id, amount, why);
    Credits.Moved done =
        moved.orElseThrow(
            () ->
                ProblemException.invalid(
                    "amount", "would take the balance out of 0 to " + CreditRule.MOST));
    KeyConfiguration before = key.configuration().withCredits(rule.withBalance(done.before()));
    KeyConfiguration after = key.configuration().withCredits(rule.withBalance(done.after()));
    Wish wish = new Wish(before, after, authority.widened(key.organizationId(), before, after));
    authority.requireMayChange(caller, wish);
    authority.requireNoApprovalNeeded(caller, wish);
    recorder.noted(
        key,
        AuditEntry.of(caller, Action.KEY_UPDATED)
            .because(reason)
            .changing("credits.balance", done.before(), done.after()));
    return account(caller, id, 1, 10);
  }
}
