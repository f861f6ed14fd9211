package org.apikeys.key;

import jakarta.annotation.security.PermitAll;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ejb.Stateless;
import jakarta.inject.Inject;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.regex.Pattern;
import org.apikeys.api.audit.Action;
import org.apikeys.api.permission.ManagementScope;
import org.apikeys.api.problem.ProblemException;
import org.apikeys.api.problem.ProblemType;
import org.apikeys.api.tenant.Caller;
import org.apikeys.audit.AuditEntry;
import org.apikeys.crypto.ForeignHashes;
import org.apikeys.crypto.KeyHasher;
import org.apikeys.crypto.KeyHasher.Hashed;
import org.apikeys.crypto.KeyMaterial;
import org.apikeys.crypto.Secret;
import org.apikeys.key.KeyImport.ForeignKey;
import org.jspecify.annotations.Nullable;

/** Takes one key of another system, by the rules and policies for a new key. */
@Stateless
@RolesAllowed(ManagementScope.KEYS_WRITE)
public class ImportedKeys {
  private static final Pattern PREFIX = Pattern.compile("[\\x21-\\x7e]{1,32}");

  private static final int MOST_SECRETS = 50;

  private final ApiKeys keys;
  private final ForeignSecrets secrets;
  private final SecretHolders holders;
  private final KeyRules rules;
  private final Authority authority;
  private final KeyMaterial material;
  private final KeyHasher hasher;
  private final KeyCredits credits;
  private final KeyRecorder recorder;
  private final Clock clock;

  @Inject
  public ImportedKeys(
      ApiKeys keys,
      ForeignSecrets secrets,
      SecretHolders holders,
      KeyRules rules,
      Authority authority,
      KeyMaterial material,
      KeyHasher hasher,
      KeyCredits credits,
      KeyRecorder recorder,
      Clock clock) {
    this.keys = keys;
    this.secrets = secrets;
    this.holders = holders;
    this.rules = rules;
    this.authority = authority;
    this.material = material;
    this.hasher = hasher;
    this.credits = credits;
    this.recorder = recorder;
    this.clock = clock;
  }

  @SuppressWarnings("NullAway")
  public ImportedKeys() {
    keys = null;
    secrets = null;
    holders = null;
    rules = null;
    authority = null;
    material = null;
    hasher = null;
    credits = null;
    recorder = null;
    clock = null;
  }

  /** The number of the key that is made. */
  public long take(Caller caller, ForeignKey foreign, @Nullable Secret hmacSecret) {
    if (foreign.prefix() != null && !PREFIX.matcher(foreign.prefix()).matches()) {
      throw ProblemException.invalid("prefix", "has 1 to 32 visible ASCII characters");
    }
    KeyConfiguration complete = rules.complete(caller.organizationId(), foreign.order());
    KeyConfiguration wanted = complete.withOwner(authority.requireMayIssue(caller, complete));
    if (wanted.type().equals(KeyConfiguration.EMERGENCY)) {
      throw ProblemException.invalid(
          "type", "emergency is of keys that are issued here; take another type");
    }
    if (wanted.publishable()) {
      throw ProblemException.invalid(
          "publishable", "of an imported key only a hash is there, and nothing to be revealed");
    }
    authority.requireNoApprovalNeeded(caller, Wish.ofNew(wanted));
    Instant now = clock.instant();
    Hashed hashed = hashed(caller, foreign, hmacSecret, now);
    List<String> fingerprints = hasher.fingerprints(identity(foreign, hmacSecret));
    if (keys.secretByDigest(hashed.digest()).isPresent()
        || secrets.isKnownHash(caller.organizationId(), fingerprints)) {
      throw new ProblemException(ProblemType.CONFLICT, "A key with this hash is here already.");
    }
    String shown = foreign.prefix() == null ? "imported" : foreign.prefix();
    ApiKey key = new ApiKey(caller.organizationId(), wanted, shown, caller.name(), now);
    keys.add(key);
    credits.changed(caller, key, null);
    secrets.rememberHash(key, fingerprints.get(0));
    KeySecret secret = new KeySecret(key.id(), key.generation(), hashed, shown, now);
    secret.importedAs(
        foreign.algorithm(), foreign.algorithm().equals("bcrypt") ? foreign.prefix() : null);
    // who brings a hash may know what was hashed
    keys.add(secret.handedTo(holders.behind(caller)));
    recorder.made(
        key,
        Difference.record(
            AuditEntry.of(caller, Action.KEY_IMPORTED).because("as a hash: " + foreign.algorithm()),
            null,
            wanted),
        null,
        now);
    return key.id();
  }

  /** Removes what imported keys needed until all of them were used. */
  @PermitAll
  public void tidy() {
    secrets.forgetUnneeded();
  }

  /** What makes the hash the same in another call, whatever it rests under here. */
  private static String identity(ForeignKey foreign, @Nullable Secret hmacSecret) {
    String hash = foreign.hash();
    return switch (foreign.algorithm()) {
      case "bcrypt" -> ForeignHashes.bcryptDigest(hash);
      case "hmac-sha256" ->
          "hmac:" + fingerprint(Objects.requireNonNull(hmacSecret)) + ":" + hex(hash);
      default -> hex(hash);
    };
  }

  /** An HMAC of a constant, so that it tells nothing of the secret. */
  private static String fingerprint(Secret hmacSecret) {
    return ForeignHashes.hmac(hmacSecret, new Secret("apikeys import fingerprint"));
  }

  private Hashed hashed(
      Caller caller, ForeignKey foreign, @Nullable Secret hmacSecret, Instant now) {
    String hash = foreign.hash();
    return switch (foreign.algorithm()) {
      case "sha256" -> new Hashed(hex(hash), null, null);
      case "hmac-sha256" -> {
        String hmac = hex(hash);
        if (hmacSecret == null) {
          throw ProblemException.invalid("hmac_secret", "is required for hmac-sha256");
        }
        long secret = importSecret(caller.organizationId(), hmacSecret, now);
        yield new Hashed(ForeignHashes.hmacDigest(secret, hmac), null, null);
      }
      case "bcrypt" -> {
        if (!ForeignHashes.isBcrypt(hash)) {
          throw ProblemException.invalid("hash", "is no bcrypt hash of a cost of 4 to 14");
        }
        requireLookup(caller.organizationId(), foreign.prefix());
        yield new Hashed(ForeignHashes.bcryptDigest(hash), null, hash);
      }
      default ->
          throw ProblemException.invalid("algorithm", "is one of sha256, hmac-sha256, bcrypt");
    };
  }

  private static String hex(String hash) {
    if (!ForeignHashes.isSha256(hash)) {
      throw ProblemException.invalid("hash", "is 64 hexadecimal digits");
    }
    return hash.toLowerCase(Locale.ROOT);
  }

  private void requireLookup(long organizationId, @Nullable String prefix) {
    if (prefix == null || prefix.length() < ForeignSecrets.SHORTEST_PREFIX) {
      throw ProblemException.invalid(
          "prefix", "is required for bcrypt: the first 4 to 32 characters of the key");
    }
    if (secrets.isCrowded(organizationId, prefix)) {
      throw ProblemException.invalid(
          "prefix",
          "begins like those of "
              + ForeignSecrets.MOST_ALIKE
              + " keys that are here already; give longer ones");
    }
  }

  private long importSecret(long organizationId, Secret secret, Instant now) {
    String fingerprint = fingerprint(secret);
    return secrets
        .byFingerprint(organizationId, fingerprint)
        .map(ImportSecret::id)
        .orElseGet(
            () -> {
              if (secrets.all().size() >= MOST_SECRETS) {
                throw new ProblemException(
                    ProblemType.CONFLICT, "Too many secrets of other systems are in use.");
              }
              byte[] sealed =
                  material
                      .sealing()
                      .seal(secret, ImportSecret.sealedFor(organizationId, fingerprint));
              ImportSecret made = new ImportSecret(organizationId, fingerprint, sealed, now);
              secrets.add(made);
              return made.id();
            });
  }
}
