package org.apikeys.key;

import jakarta.annotation.security.RolesAllowed;
import jakarta.ejb.Stateless;
import jakarta.inject.Inject;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import org.apikeys.api.audit.Action;
import org.apikeys.api.permission.ManagementScope;
import org.apikeys.api.problem.ProblemException;
import org.apikeys.api.problem.ProblemType;
import org.apikeys.api.tenant.Caller;
import org.apikeys.audit.AuditEntry;
import org.apikeys.check.Expected;
import org.apikeys.crypto.KeyHasher;
import org.apikeys.crypto.KeyMaterial;
import org.jspecify.annotations.Nullable;

/** Keeps the secrets of keys after they are issued: rotates them, and retires old ones. */
@Stateless
@RolesAllowed(ManagementScope.KEYS_WRITE)
public class SecretKeeper {
  private final ApiKeys keys;
  private final Authority authority;
  private final SecretMaker secrets;
  private final SecretHolders holders;
  private final KeyHasher hasher;
  private final KeyMaterial material;
  private final KeyRecorder recorder;
  private final Clock clock;

  @Inject
  public SecretKeeper(
      ApiKeys keys,
      Authority authority,
      SecretMaker secrets,
      SecretHolders holders,
      KeyHasher hasher,
      KeyMaterial material,
      KeyRecorder recorder,
      Clock clock) {
    this.keys = keys;
    this.authority = authority;
    this.secrets = secrets;
    this.holders = holders;
    this.hasher = hasher;
    this.material = material;
    this.recorder = recorder;
    this.clock = clock;
  }

  @SuppressWarnings("NullAway")
  public SecretKeeper() {
    keys = null;
    authority = null;
    secrets = null;
    holders = null;
    hasher = null;
    material = null;
    recorder = null;
    clock = null;
  }

  /**
   * Gives the key a new secret; the old one works until the overlap ends.
   *
   * @param overlap from zero to 90 days; null for the key's own rule, or a day
   */
  public IssuedKey rotate(
      Caller caller, long id, @Nullable Duration overlap, @Nullable Expected expected) {
    keys.lockSecretsOf(id);
    ApiKey key = keys.toChange(caller, id, expected);
    key.requireNotRevoked();
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
    return new IssuedKey(recorded(key, entry), made.secret(), end);
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
    ApiKey key = keys.toChange(caller, id);
    key.requireNotRevoked();
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
    return recorded(key, entry);
  }

  private KeyView recorded(ApiKey key, AuditEntry entry) {
    Instant now = clock.instant();
    recorder.changed(key, entry, now);
    return KeyView.of(key, keys.usageOf(key.id()), now);
  }
}
