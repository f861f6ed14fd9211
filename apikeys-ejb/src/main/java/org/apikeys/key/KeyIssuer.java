package org.apikeys.key;

import jakarta.annotation.security.PermitAll;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ejb.Stateless;
import jakarta.enterprise.event.Event;
import jakarta.inject.Inject;
import java.time.Clock;
import java.time.Instant;
import org.apikeys.api.alert.AlertKind;
import org.apikeys.api.alert.Concern;
import org.apikeys.api.audit.Action;
import org.apikeys.api.permission.ManagementScope;
import org.apikeys.api.tenant.Caller;
import org.apikeys.audit.AuditEntry;
import org.apikeys.crypto.KeyHasher;
import org.apikeys.crypto.KeyMaterial;
import org.apikeys.crypto.Secret;
import org.jspecify.annotations.Nullable;

/** Issues keys. */
@Stateless
@RolesAllowed(ManagementScope.KEYS_WRITE)
public class KeyIssuer {
  private final ApiKeys keys;
  private final KeyRules rules;
  private final Authority authority;
  private final SecretMaker secrets;
  private final CustomValues values;
  private final SecretHolders holders;
  private final KeyHasher hasher;
  private final KeyMaterial material;
  private final KeyCredits credits;
  private final KeyRecorder recorder;
  private final Event<Concern> concerns;
  private final Clock clock;

  @Inject
  public KeyIssuer(
      ApiKeys keys,
      KeyRules rules,
      Authority authority,
      SecretMaker secrets,
      CustomValues values,
      SecretHolders holders,
      KeyHasher hasher,
      KeyMaterial material,
      KeyCredits credits,
      KeyRecorder recorder,
      Event<Concern> concerns,
      Clock clock) {
    this.concerns = concerns;
    this.keys = keys;
    this.rules = rules;
    this.authority = authority;
    this.secrets = secrets;
    this.values = values;
    this.holders = holders;
    this.hasher = hasher;
    this.material = material;
    this.credits = credits;
    this.recorder = recorder;
    this.clock = clock;
  }

  @SuppressWarnings("NullAway")
  public KeyIssuer() {
    keys = null;
    rules = null;
    authority = null;
    secrets = null;
    values = null;
    holders = null;
    hasher = null;
    material = null;
    credits = null;
    recorder = null;
    concerns = null;
    clock = null;
  }

  /**
   * Issues a key to its owner.
   *
   * @return the key and its secret, which exists nowhere else
   */
  public IssuedKey issue(Caller caller, KeyConfiguration order) {
    return issue(caller, order, null);
  }

  /**
   * Issues a key to its owner.
   *
   * @param chosen the value that the owner chose for it; null to make one
   */
  public IssuedKey issue(Caller caller, KeyConfiguration order, @Nullable Secret chosen) {
    return direct(caller, checked(caller, rules.complete(caller.organizationId(), order)), chosen);
  }

  /**
   * Issues a key that may be publishable and work from anywhere, in production too: for a way in
   * whose requests have no field for a restriction.
   */
  public IssuedKey issueForAnywhere(Caller caller, KeyConfiguration order) {
    return direct(
        caller, checked(caller, rules.complete(caller.organizationId(), order, true)), null);
  }

  /** Issues a key that was asked for and approved, to the one who asked. */
  @RolesAllowed(ManagementScope.REQUESTS_WRITE)
  public IssuedKey issueApproved(
      Caller requester, KeyConfiguration order, Approval approval, @Nullable Secret chosen) {
    // whether it may work from anywhere was decided when it was asked for
    KeyConfiguration complete = rules.complete(requester.organizationId(), order, true);
    authority.requireMayBeHanded(requester, complete, requester.owner());
    return issued(requester, checked(requester, complete), approval.words(), approval, chosen);
  }

  private KeyConfiguration checked(Caller caller, KeyConfiguration complete) {
    return complete.withOwner(authority.requireMayIssue(caller, complete));
  }

  private IssuedKey direct(Caller caller, KeyConfiguration configuration, @Nullable Secret chosen) {
    authority.requireNoApprovalNeeded(caller, Wish.ofNew(configuration));
    return issued(
        caller,
        configuration,
        caller.isAdministrator() ? "issued directly by an administrator" : null,
        null,
        chosen);
  }

  private IssuedKey issued(
      Caller caller,
      KeyConfiguration configuration,
      @Nullable String reason,
      @Nullable Approval approval,
      @Nullable Secret chosen) {
    Instant now = clock.instant();
    SecretMaker.Made made =
        chosen == null ? secrets.make(configuration) : values.accept(chosen, configuration);
    ApiKey key =
        new ApiKey(caller.organizationId(), configuration, made.prefix(), caller.name(), now);
    keys.add(key);
    credits.changed(caller, key, null);
    KeySecret secret =
        chosen == null
            ? new KeySecret(key.id(), 1, hasher.hash(made.secret()), made.prefix(), now)
            : new KeySecret(key.id(), 1, hasher.hashChosen(chosen), made.prefix(), now).chosen();
    keys.add(secret.handedTo(holders.behind(caller)));
    if (configuration.publishable()) {
      key.seal(material.sealing().seal(made.secret(), sealedFor(key)));
    }
    recorder.made(
        key,
        Difference.record(
            AuditEntry.of(caller, Action.KEY_CREATED).because(reason), null, configuration),
        approval,
        now);
    if (configuration.type().equals(KeyConfiguration.EMERGENCY)) {
      concerns.fire(
          Concern.aboutKey(
              key.organizationId(),
              AlertKind.EMERGENCY_KEY,
              key.id(),
              "The emergency key-"
                  + key.id()
                  + " \""
                  + configuration.name()
                  + "\" was issued to "
                  + configuration.owner()
                  + "; it ends at "
                  + configuration.expiresAt()
                  + "."));
    }
    return new IssuedKey(KeyView.of(key, KeyUsage.NONE, now), made.secret());
  }

  /** Issues a key on behalf of the system itself. */
  @PermitAll
  public IssuedKey issueBySystem(KeyConfiguration order) {
    return issue(Caller.system(), order);
  }

  /** What a sealed value is bound to. */
  static String sealedFor(ApiKey key) {
    return "key-" + key.id();
  }
}
