package org.apikeys.key;

import jakarta.annotation.security.PermitAll;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ejb.Stateless;
import jakarta.enterprise.event.Event;
import jakarta.inject.Inject;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.function.UnaryOperator;
import org.apikeys.api.audit.Action;
import org.apikeys.api.cluster.Changed;
import org.apikeys.api.cluster.Topic;
import org.apikeys.api.permission.ManagementScope;
import org.apikeys.api.problem.ProblemException;
import org.apikeys.api.problem.ProblemType;
import org.apikeys.api.tenant.Caller;
import org.apikeys.audit.AuditEntry;
import org.apikeys.audit.AuditLog;
import org.apikeys.check.Expected;
import org.apikeys.crypto.KeyHasher;
import org.apikeys.crypto.KeyMaterial;
import org.apikeys.crypto.Secret;
import org.jspecify.annotations.Nullable;

/** Keeps keys after they are issued: changes, rotates, renews, reveals and revokes them. */
@Stateless
@RolesAllowed(ManagementScope.KEYS_WRITE)
public class KeyKeeper {
  private final ApiKeys keys;
  private final KeyRules rules;
  private final Authority authority;
  private final SecretMaker secrets;
  private final SecretHolders holders;
  private final KeyHasher hasher;
  private final KeyMaterial material;
  private final KeyCredits credits;
  private final AuditLog audit;
  private final Event<Changed> changes;
  private final Clock clock;

  @Inject
  public KeyKeeper(
      ApiKeys keys,
      KeyRules rules,
      Authority authority,
      SecretMaker secrets,
      SecretHolders holders,
      KeyHasher hasher,
      KeyMaterial material,
      KeyCredits credits,
      AuditLog audit,
      Event<Changed> changes,
      Clock clock) {
    this.keys = keys;
    this.rules = rules;
    this.authority = authority;
    this.secrets = secrets;
    this.holders = holders;
    this.hasher = hasher;
    this.material = material;
    this.credits = credits;
    this.audit = audit;
    this.changes = changes;
    this.clock = clock;
  }

  @SuppressWarnings("NullAway")
  public KeyKeeper() {
    keys = null;
    rules = null;
    authority = null;
    secrets = null;
    holders = null;
    hasher = null;
    material = null;
    credits = null;
    audit = null;
    changes = null;
    clock = null;
  }

  /** The key as it is now, for someone who is about to change it or to speak of it. */
  @RolesAllowed({ManagementScope.KEYS_WRITE, ManagementScope.REQUESTS_WRITE})
  public KeyView present(Caller caller, long id) {
    ApiKey key = toChange(caller, id, null);
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
    ApiKey key = toChange(caller, id, expected);
    requireNotRevoked(key);
    Instant now = clock.instant();
    KeyConfiguration before = key.present();
    KeyConfiguration after =
        rules.changed(
            key.organizationId(),
            before,
            change.apply(before),
            new KeyRules.Life(key.createdAt(), false));
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
    if (!after.equals(before)) {
      key.configure(after, now);
      credits.changed(caller, key, before.credits());
      keys.reindex(key);
    }
    if (active != null && active != wasActive) {
      key.activate(active, now);
    }
    AuditEntry entry =
        Difference.record(AuditEntry.of(caller, action(wasActive, key)), before, after)
            .changing("is_active", wasActive, key.isActive());
    return saved(caller, key, entry, approvalOf(key, widened));
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
    ApiKey key = toChange(Caller.systemIn(caller.organizationId()), id, null);
    requireNotRevoked(key);
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
            new KeyRules.Life(key.createdAt(), action == Action.KEY_RENEWED));
    if (!after.equals(change.before())) {
      key.configure(after, now);
      credits.changed(caller, key, change.before().credits());
      keys.reindex(key);
    }
    if (change.active() != change.wasActive()) {
      key.activate(change.active(), now);
    }
    AuditEntry entry =
        Difference.record(
                AuditEntry.of(caller, action).because(approval.words()), change.before(), after)
            .changing("is_active", change.wasActive(), change.active());
    return saved(caller, key, entry, approval);
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
    ApiKey key = toChange(Caller.systemIn(caller.organizationId()), id, null);
    if (key.revokedAt() != null) {
      return;
    }
    Instant now = clock.instant();
    KeyConfiguration before = key.configuration();
    KeyConfiguration after =
        before.without(authority.widened(key.organizationId(), agreed, before), agreed);
    if (!after.equals(before)) {
      key.configure(after, now);
      credits.changed(caller, key, before.credits());
      keys.reindex(key);
    }
    AuditEntry entry =
        Difference.record(
            AuditEntry.of(caller, Action.KEY_UPDATED).because(approval.words()), before, after);
    saved(caller, key, entry, approval);
  }

  private static Action action(boolean wasActive, ApiKey key) {
    if (wasActive == key.isActive()) {
      return Action.KEY_UPDATED;
    }
    return key.isActive() ? Action.KEY_REACTIVATED : Action.KEY_DEACTIVATED;
  }

  /**
   * Gives the key a new secret; the old one works until the overlap ends.
   *
   * @param overlap from zero to 90 days; null for the key's own rule, or a day
   */
  public IssuedKey rotate(
      Caller caller, long id, @Nullable Duration overlap, @Nullable Expected expected) {
    keys.lockSecretsOf(id);
    ApiKey key = toChange(caller, id, expected);
    requireNotRevoked(key);
    authority.requireMayHoldSecret(caller, key);
    authority.requireMayBeHanded(caller, key.configuration(), key.owner());
    Instant now = clock.instant();
    if (key.statusAt(now) == KeyStatus.EXPIRED) {
      throw new ProblemException(
          ProblemType.CONFLICT, "The key has expired; renew it before it is rotated.");
    }
    Instant end = overlapEnd(key, overlap, now);
    keys.secretsOf(id).forEach(secret -> secret.endBy(end));
    SecretMaker.Made made = secrets.make(key.configuration());
    int generation = key.rotate(made.prefix(), now);
    keys.add(
        new KeySecret(id, generation, hasher.hash(made.secret()), made.prefix(), now)
            .handedTo(holders.behind(caller)));
    if (key.configuration().publishable()) {
      key.seal(material.sealing().seal(made.secret(), KeyIssuer.sealedFor(key)));
    }
    AuditEntry entry =
        AuditEntry.of(caller, Action.KEY_ROTATED)
            .changing("generation", generation - 1, generation)
            .changing("previous_key_expires_at", null, end.toString());
    return new IssuedKey(saved(caller, key, entry), made.secret(), end);
  }

  private static Instant overlapEnd(ApiKey key, @Nullable Duration asked, Instant now) {
    Rotation rotation = key.configuration().rotation();
    Duration standard = rotation == null ? Rotation.STANDARD_OVERLAP : rotation.overlapTaken();
    Duration overlap = Objects.requireNonNullElse(asked, standard);
    if (overlap.isNegative() || overlap.compareTo(Rotation.LONGEST_OVERLAP) > 0) {
      throw ProblemException.invalid("overlap", "is PT0S to P90D");
    }
    Instant end = now.plus(overlap);
    Instant expiry = key.configuration().expiresAt();
    end = expiry != null && expiry.isBefore(end) ? expiry : end;
    // a secret that had to be rotated doesn't outlive that by an overlap
    Instant required = key.rotateBy();
    return required != null && required.isBefore(end) ? required : end;
  }

  /** Ends an old secret before its overlap does. */
  public KeyView retire(Caller caller, long id, int generation) {
    keys.lockSecretsOf(id);
    ApiKey key = toChange(caller, id, null);
    requireNotRevoked(key);
    Instant now = clock.instant();
    if (generation == key.generation()) {
      throw new ProblemException(
          ProblemType.CONFLICT, "The present secret is not retired; rotate or revoke the key.");
    }
    KeySecret secret =
        keys.secretsOf(id).stream()
            .filter(one -> one.generation() == generation)
            .findFirst()
            .orElseThrow(() -> ProblemException.notFound("generation"));
    Instant end = secret.expiresAt();
    if (end != null && !end.isAfter(now)) {
      throw new ProblemException(
          ProblemType.CONFLICT, "Generation " + generation + " has ended already, at " + end + ".");
    }
    secret.endBy(now);
    AuditEntry entry =
        AuditEntry.of(caller, Action.KEY_UPDATED)
            .because("generation " + generation + " retired")
            .changing("previous_key_expires_at", String.valueOf(end), now.toString());
    return saved(caller, key, entry);
  }

  /** Moves the end of the key's life. */
  public KeyView renew(Caller caller, long id, Instant expiry, @Nullable Expected expected) {
    ApiKey key = toChange(caller, id, expected);
    requireNotRevoked(key);
    Instant now = clock.instant();
    KeyConfiguration before = key.configuration();
    KeyConfiguration after =
        rules.changed(
            key.organizationId(),
            before,
            before.withExpiry(expiry),
            new KeyRules.Life(key.createdAt(), true));
    List<String> widened = authority.widened(key.organizationId(), before, after);
    Wish wish = new Wish(before, after, widened);
    authority.requireMayChange(caller, wish);
    authority.requireNoApprovalNeeded(caller, wish);
    key.configure(after, now);
    return saved(
        caller,
        key,
        Difference.record(AuditEntry.of(caller, Action.KEY_RENEWED), before, after),
        approvalOf(key, widened));
  }

  /** Ends the key at once and for good. */
  public KeyView revoke(
      Caller caller, long id, @Nullable String reason, @Nullable Expected expected) {
    ApiKey key = toChange(caller, id, expected);
    String status = key.statusAt(clock.instant()).word();
    key.revoke(reason, clock.instant());
    AuditEntry entry =
        AuditEntry.of(caller, Action.KEY_REVOKED)
            .because(reason)
            .changing("status", status, KeyStatus.REVOKED.word());
    return saved(caller, key, entry);
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
    if (toChange(system, id, null).revokedAt() == null) {
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
    ApiKey key = toChange(system, id, null);
    KeyStatus status = key.statusAt(clock.instant());
    if (status == KeyStatus.ACTIVE) {
      key.activate(false, clock.instant());
      AuditEntry entry =
          AuditEntry.of(system, Action.KEY_DEACTIVATED)
              .because("nobody confirmed that it is needed")
              .changing("is_active", true, false);
      saved(system, key, entry);
    }
    return status;
  }

  private Caller systemFor(long id) {
    return Caller.systemIn(
        keys.byId(id)
            .map(ApiKey::organizationId)
            .orElseThrow(() -> ProblemException.notFound("API key")));
  }

  /** Shows a publishable key again. */
  @RolesAllowed(ManagementScope.KEYS_REVEAL)
  public IssuedKey reveal(Caller caller, long id) {
    ApiKey key = toChange(caller, id, null);
    byte[] sealed = key.sealedValue();
    if (sealed == null) {
      throw new ProblemException(
          ProblemType.CONFLICT,
          "Of a secret key only a hash is kept: it can't be shown again. Rotate it instead.");
    }
    authority.requireMayHoldSecret(caller, key);
    Secret secret = material.sealing().open(sealed, KeyIssuer.sealedFor(key));
    audit.record(about(AuditEntry.of(caller, Action.KEY_REVEALED), key));
    return new IssuedKey(KeyView.of(key, keys.usageOf(id), clock.instant()), secret, null);
  }

  /** What was approved of it stays so, unless it allows more than that now. */
  private @Nullable Approval approvalOf(ApiKey key, List<String> widened) {
    return widened.isEmpty() ? keys.approvalOf(key.id()) : null;
  }

  private KeyView saved(Caller caller, ApiKey key, AuditEntry entry) {
    return saved(caller, key, entry, keys.approvalOf(key.id()));
  }

  private KeyView saved(Caller caller, ApiKey key, AuditEntry entry, @Nullable Approval approval) {
    Instant now = clock.instant();
    keys.addVersion(key, caller.name(), approval, now);
    audit.record(about(entry, key));
    changes.fire(new Changed(Topic.KEY, key.id()));
    keys.flush();
    return KeyView.of(key, keys.usageOf(key.id()), now);
  }

  private static AuditEntry about(AuditEntry entry, ApiKey key) {
    return entry.on("key", "key-" + key.id(), key.configuration().name());
  }

  private ApiKey toChange(Caller caller, long id, @Nullable Expected expected) {
    ApiKey key =
        keys.toChange(id)
            .filter(found -> Authority.sees(caller, found))
            .orElseThrow(() -> ProblemException.notFound("API key"));
    Expected.version(expected, key.version(), "The key has changed");
    return key;
  }

  private static void requireNotRevoked(ApiKey key) {
    if (key.revokedAt() != null) {
      throw new ProblemException(
          ProblemType.CONFLICT, "The key is revoked, and a revoked key never changes.");
    }
  }
}
