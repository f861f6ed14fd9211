package org.apikeys.crypto;

import at.favre.lib.crypto.bcrypt.BCrypt;
import at.favre.lib.crypto.bcrypt.LongPasswordStrategies;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.regex.Pattern;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/** Hashes of keys as other systems made them. */
public final class ForeignHashes {
  /** A cost above 14 would let one look-up take seconds. */
  private static final Pattern BCRYPT =
      Pattern.compile("\\$2[aby]\\$(0[4-9]|1[0-4])\\$[./A-Za-z0-9]{53}");

  private static final Pattern SHA_256 = Pattern.compile("[0-9A-Fa-f]{64}");

  private ForeignHashes() {}

  /** Whether it is 32 bytes in hex. */
  public static boolean isSha256(String hash) {
    return SHA_256.matcher(hash).matches();
  }

  /** Whether it is a bcrypt hash of a cost of 4 to 14. */
  public static boolean isBcrypt(String hash) {
    return BCRYPT.matcher(hash).matches();
  }

  /** HMAC-SHA-256 in lower-case hex. */
  public static String hmac(Secret under, Secret key) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(under.reveal().getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
      return HexFormat.of().formatHex(mac.doFinal(key.reveal().getBytes(StandardCharsets.UTF_8)));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("the platform has no HMAC-SHA-256", e);
    }
  }

  /** What finds an HMAC that was made under an imported secret. */
  public static String hmacDigest(long secretId, String hmac) {
    return "hmac:" + secretId + ":" + hmac;
  }

  /** What makes a bcrypt hash unique among the stored ones. */
  public static String bcryptDigest(String hash) {
    try {
      return "bcrypt:"
          + HexFormat.of()
              .formatHex(
                  MessageDigest.getInstance("SHA-256")
                      .digest(hash.getBytes(StandardCharsets.US_ASCII)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("the platform has no SHA-256", e);
    }
  }

  /**
   * Whether the bcrypt hash is of this key; of a long one its first 72 bytes count, as elsewhere.
   */
  public static boolean matchesBcrypt(Secret key, @Nullable String hash) {
    return hash != null
        && BCrypt.verifyer(
                BCrypt.Version.VERSION_2A,
                LongPasswordStrategies.truncate(BCrypt.Version.VERSION_2A))
            .verify(key.reveal().toCharArray(), hash)
            .verified;
  }
}
