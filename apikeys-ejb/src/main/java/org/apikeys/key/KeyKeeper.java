package org.apikeys.key;

import jakarta.annotation.security.PermitAll;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ejb.Stateless;
import jakarta.inject.Inject;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.function.UnaryOperator;
import org.apikeys.api.audit.Action;
import org.apikeys.api.permission.ManagementScope;
import org.apikeys.api.problem.ProblemException;
import org.apikeys.api.problem.ProblemType;
import org.apikeys.api.tenant.Caller;
import org.apikeys.audit.AuditEntry;
import org.apikeys.check.Expected;
import org.jspecify.annotations.Nullable;

/** Keeps keys after they are issued: changes, renews and revokes them. */
@Stateless
@RolesAllowed(ManagementScope.KEYS_WRITE)
public class KeyKeeper {
  private final ApiKeys keys;
  private final KeyRules rules;
  private final Authority authority;
  private final KeyCredits credits;
  private final KeyRecorder recorder;
  private final Clock clock;

  @Inject
  public KeyKeeper(
      ApiKeys keys,
      KeyRules rules,
      Authority authority,
      KeyCredits credits,
      KeyRecorder recorder,
      Clock clock) {
    this.keys = keys;
    this.rules = rules;
    this.authority = authority;
    this.credits = credits;
    this.recorder = recorder;
    this.clock = clock;
  }

  @SuppressWarnings("NullAway")
  public KeyKeeper() {
    keys = null;
    rules = null;
    authority = null;
    credits = null;
    recorder = null;
    clock = null;
  }

  /** The key as it is now, for someone who is about to change it or to speak of it. */
  @RolesAllowed({ManagementScope.KEYS_WRITE, ManagementScope.REQUESTS_WRITE})
  public KeyView present(Caller caller, long id) {
    ApiKey key = keys.toChange(caller, id);
    return KeyView.of(key, keys.usageOf(id), clock.instant());
  }

  /**
   * Changes a key's configuration, and whether it is active.
   *
   * @param change from the present configuration to the wanted one
   * @param active null to leave it
   * @param expected refuses when the key has changed since this version
   */
  public KeyView change(
      Caller caller,
      long id,
      UnaryOperator<KeyConfiguration> change,
      @Nullable Boolean active,
      @Nullable Expected expected) {
    ApiKey key = keys.toChange(caller, id, expected);
    key.requireNotRevoked();
    Instant now = clock.instant();
    KeyConfiguration before = key.present();
    KeyConfiguration after =
        rules.changed(
            key.organizationId(),
            before,
            change.apply(before),
            new LifeRules.Begun(key.createdAt(), false));
    List<String> widened = authority.widened(key.organizationId(), before, after);
    boolean wasActive = key.isActive();
    boolean reactivates = active != null && active && !wasActive;
    Wish wish = new Wish(before, after, widened, reactivates);
    String owner = authority.requireMayChange(caller, wish);
    authority.requireNoApprovalNeeded(caller, wish);
    after = after.withOwner(owner);
    if (after.equals(before) && (active == null || active == wasActive)) {
      return KeyView.of(key, keys.usageOf(id), now);
    }
    configure(caller, key, before, after);
    if (active != null && active != wasActive) {
      key.activate(active, now);
    }
    AuditEntry entry =
        Difference.record(AuditEntry.of(caller, action(wasActive, key)), before, after)
            .changing("is_active", wasActive, key.isActive());
    return saved(key, entry, approvalOf(key, widened));
  }

  /**
   * Makes a change that was asked for and approved.
   *
   * @param caller who made the last decision
   * @param change as it was proposed; refused when the key was changed since
   */
  @RolesAllowed({ManagementScope.REQUESTS_APPROVE, ManagementScope.REQUESTS_WRITE})
  public KeyView changeApproved(
      Caller caller, long id, KeyProposals.Change change, Action action, Approval approval) {
    ApiKey key = keys.toChange(Caller.systemIn(caller.organizationId()), id);
    key.requireNotRevoked();
    if (!key.isAs(change)) {
      throw new ProblemException(
          ProblemType.CONFLICT,
          "The key was changed since this was asked for; it must be asked for again.");
    }
    Instant now = clock.instant();
    // what an approval took its time over must still keep the rules
    KeyConfiguration after =
        rules.changed(
            key.organizationId(),
            change.before(),
            change.after(),
            new LifeRules.Begun(key.createdAt(), action == Action.KEY_RENEWED));
    configure(caller, key, change.before(), after);
    if (change.active() != change.wasActive()) {
      key.activate(change.active(), now);
    }
    AuditEntry entry =
        Difference.record(
                AuditEntry.of(caller, action).because(approval.words()), change.before(), after)
            .changing("is_active", change.wasActive(), change.active());
    return saved(key, entry, approval);
  }

  /**
   * Notes who has agreed to a key that was claimed in an emergency, and takes away what they did
   * not agree to. A key that has ended meanwhile stays as it is.
   *
   * @param caller who made the last decision
   * @param agreed what may stay of it
   */
  @RolesAllowed({ManagementScope.REQUESTS_APPROVE, ManagementScope.REQUESTS_WRITE})
  public void agreeAfterwards(Caller caller, long id, KeyConfiguration agreed, Approval approval) {
    ApiKey key = keys.toChange(Caller.systemIn(caller.organizationId()), id);
    if (key.revokedAt() != null) {
      return;
    }
    KeyConfiguration before = key.configuration();
    KeyConfiguration after =
        before.without(authority.widened(key.organizationId(), agreed, before), agreed);
    configure(caller, key, before, after);
    AuditEntry entry =
        Difference.record(
            AuditEntry.of(caller, Action.KEY_UPDATED).because(approval.words()), before, after);
    saved(key, entry, approval);
  }

  private void configure(
      Caller caller, ApiKey key, KeyConfiguration before, KeyConfiguration after) {
    if (!after.equals(before)) {
      key.configure(after, clock.instant());
      credits.changed(caller, key, before.credits());
      keys.reindex(key);
    }
  }

  private static Action action(boolean wasActive, ApiKey key) {
    if (wasActive == key.isActive()) {
      return Action.KEY_UPDATED;
    }
    return key.isActive() ? Action.KEY_REACTIVATED : Action.KEY_DEACTIVATED;
  }

  /** Moves the end of the key's life. */
  public KeyView renew(Caller caller, long id, Instant expiry, @Nullable Expected expected) {
    ApiKey key = keys.toChange(caller, id, expected);
    key.requireNotRevoked();
    Instant now = clock.instant();
    KeyConfiguration before = key.configuration();
    KeyConfiguration after =
        rules.changed(
            key.organizationId(),
            before,
            before.withExpiry(expiry),
            new LifeRules.Begun(key.createdAt(), true));
    List<String> widened = authority.widened(key.organizationId(), before, after);
    Wish wish = new Wish(before, after, widened);
    authority.requireMayChange(caller, wish);
    authority.requireNoApprovalNeeded(caller, wish);
    key.configure(after, now);
    return saved(
        key,
        Difference.record(AuditEntry.of(caller, Action.KEY_RENEWED), before, after),
        approvalOf(key, widened));
  }

  /** Ends the key at once and for good. */
  public KeyView revoke(
      Caller caller, long id, @Nullable String reason, @Nullable Expected expected) {
    ApiKey key = keys.toChange(caller, id, expected);
    String status = key.statusAt(clock.instant()).word();
    key.revoke(reason, clock.instant());
    AuditEntry entry =
        AuditEntry.of(caller, Action.KEY_REVOKED)
            .because(reason)
            .changing("status", status, KeyStatus.REVOKED.word());
    return saved(key, entry);
  }

  /** Ends a key whose user has got another in its place, ordered or claimed. */
  @RolesAllowed({ManagementScope.KEYS_WRITE, ManagementScope.REQUESTS_WRITE})
  public KeyView revokeReplaced(Caller caller, long id) {
    return revoke(caller, id, "replaced by another key", null);
  }

  /** Ends a key on behalf of the system itself. */
  @PermitAll
  public KeyView revokeBySystem(long id, String reason) {
    return revoke(systemFor(id), id, reason, null);
  }

  /** Ends a key that has not ended yet, on behalf of the system itself. */
  @PermitAll
  public void revokeUnlessEnded(long id, String reason) {
    Caller system = systemFor(id);
    if (keys.toChange(system, id).revokedAt() == null) {
      revoke(system, id, reason, null);
    }
  }

  /** Deactivates a key on behalf of the system itself. */
  @PermitAll
  public KeyView deactivateBySystem(long id) {
    return change(systemFor(id), id, same -> same, false, null);
  }

  /**
   * Deactivates a key that nobody has vouched for, unless it has ended anyway.
   *
   * @return what it was
   */
  @PermitAll
  public KeyStatus disableUnlessEnded(long id) {
    Caller system = systemFor(id);
    ApiKey key = keys.toChange(system, id);
    KeyStatus status = key.statusAt(clock.instant());
    if (status == KeyStatus.ACTIVE) {
      key.activate(false, clock.instant());
      AuditEntry entry =
          AuditEntry.of(system, Action.KEY_DEACTIVATED)
              .because("nobody confirmed that it is needed")
              .changing("is_active", true, false);
      saved(key, entry);
    }
    return status;
  }

  private Caller systemFor(long id) {
    return Caller.systemIn(
        keys.byId(id)
            .map(ApiKey::organizationId)
            .orElseThrow(() -> ProblemException.notFound("API key")));
  }

  /** What was approved of it stays so, unless it allows more than that now. */
  private @Nullable Approval approvalOf(ApiKey key, List<String> widened) {
    return widened.isEmpty() ? keys.approvalOf(key.id()) : null;
  }

  private KeyView saved(ApiKey key, AuditEntry entry) {
    return saved(key, entry, keys.approvalOf(key.id()));
  }

  private KeyView saved(ApiKey key, AuditEntry entry, @Nullable Approval approval) {
    Instant now = clock.instant();
    recorder.changed(key, entry, approval, now);
    return KeyView.of(key, keys.usageOf(key.id()), now);
  }
}
