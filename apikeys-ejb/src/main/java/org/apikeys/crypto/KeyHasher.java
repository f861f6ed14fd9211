package org.apikeys.crypto;

import at.favre.lib.crypto.bcrypt.BCrypt;
import at.favre.lib.crypto.bcrypt.LongPasswordStrategies;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.apikeys.setting.Settings;
import org.jspecify.annotations.Nullable;

/**
 * How keys rest: as HMAC-SHA-256 under the pepper, as plain SHA-256, or slow-hashed with bcrypt
 * beside the digest that finds them (seeds 002 and 003). A changed setting counts for new keys; the
 * old ones are recognised as they were hashed.
 */
@ApplicationScoped
public class KeyHasher {
  private static final int BCRYPT_COST = 10;

  private final Pepper pepper;
  private final Settings.Hash method;

  @Inject
  public KeyHasher(KeyMaterial keys, Settings settings) {
    this(keys.pepper(), settings.hash());
  }

  KeyHasher(Pepper pepper, Settings.Hash method) {
    this.pepper = pepper;
    this.method = method;
  }

  @SuppressWarnings("NullAway")
  protected KeyHasher() {
    pepper = null;
    method = null;
  }

  /**
   * What is stored of a key.
   *
   * @param digest finds the key; unique
   * @param pepperVersion the pepper that the digest was made under; null for plain SHA-256
   * @param slowHash bcrypt of the key, when the setting asks for it
   */
  public record Hashed(String digest, @Nullable Integer pepperVersion, @Nullable String slowHash) {}

  /** Hashes a value that a person chose: slowly, whatever the setting is. */
  public Hashed hashChosen(Secret secret) {
    int version = pepper.current();
    return new Hashed(pepper.digest(version, secret.reveal()), version, slowHash(secret));
  }

  /** Whether a chosen value should be hashed again: the pepper is another now. */
  public boolean isChosenOutdated(Hashed stored) {
    return !java.util.Objects.equals(pepper.current(), stored.pepperVersion())
        || stored.slowHash() == null;
  }

  /** Hashes by the present setting. */
  public Hashed hash(Secret secret) {
    int version = pepper.current();
    return switch (method) {
      case HMAC_SHA256 -> new Hashed(pepper.digest(version, secret.reveal()), version, null);
      case SHA256 -> new Hashed(sha256(secret), null, null);
      case BCRYPT -> new Hashed(pepper.digest(version, secret.reveal()), version, slowHash(secret));
    };
  }

  /** What finds a key that is hashed by the present setting. */
  public String digest(Secret secret) {
    return method == Settings.Hash.SHA256
        ? sha256(secret)
        : pepper.digest(pepper.current(), secret.reveal());
  }

  /** Every digest under which the key may be stored, the likeliest first. */
  public List<String> candidates(Secret secret) {
    List<String> digests = new ArrayList<>();
    for (int version : pepper.versions()) {
      digests.add(pepper.digest(version, secret.reveal()));
    }
    digests.add(method == Settings.Hash.SHA256 ? 0 : digests.size(), sha256(secret));
    return digests;
  }

  /** What an imported hash is remembered as; the present pepper's first, then the older ones'. */
  public List<String> fingerprints(String imported) {
    return pepper.versions().stream()
        .map(version -> pepper.digest(version, "imported " + imported))
        .toList();
  }

  /** Whether what is stored was made from this key; in constant time. */
  public boolean matches(Secret secret, Hashed stored) {
    String digest =
        stored.pepperVersion() == null
            ? sha256(secret)
            : pepper.digest(stored.pepperVersion(), secret.reveal());
    boolean same =
        MessageDigest.isEqual(
            digest.getBytes(StandardCharsets.US_ASCII),
            stored.digest().getBytes(StandardCharsets.US_ASCII));
    return same
        && (stored.slowHash() == null
            || BCrypt.verifyer(BCrypt.Version.VERSION_2A, LONG)
                .verify(secret.reveal().toCharArray(), stored.slowHash())
                .verified);
  }

  /** Whether it should be hashed again: the pepper or the setting is another now. */
  public boolean isOutdated(Hashed stored) {
    Integer wanted = method == Settings.Hash.SHA256 ? null : Integer.valueOf(pepper.current());
    return !java.util.Objects.equals(wanted, stored.pepperVersion())
        || (method == Settings.Hash.BCRYPT) != (stored.slowHash() != null);
  }

  /** bcrypt takes 72 bytes; a longer key is hashed with SHA-512 first. */
  private static final at.favre.lib.crypto.bcrypt.LongPasswordStrategy LONG =
      LongPasswordStrategies.hashSha512(BCrypt.Version.VERSION_2A);

  private static String slowHash(Secret secret) {
    return BCrypt.with(BCrypt.Version.VERSION_2A, new java.security.SecureRandom(), LONG)
        .hashToString(BCRYPT_COST, secret.reveal().toCharArray());
  }

  private static String sha256(Secret secret) {
    try {
      return HexFormat.of()
          .formatHex(
              MessageDigest.getInstance("SHA-256")
                  .digest(secret.reveal().getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("the platform has no SHA-256", e);
    }
  }
}
