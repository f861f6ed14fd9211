package org.apikeys.notice;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Base64;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.apikeys.crypto.Secret;
import org.jspecify.annotations.Nullable;

/** Signs messages as Standard Webhooks 1.0 says (symmetric, {@code v1}). */
final class WebhookSignature {
  static final String PREFIX = "whsec_";
  private static final int LEAST_BYTES = 24;
  private static final int MOST_BYTES = 64;

  private WebhookSignature() {}

  /** The key that a secret stands for; null when it is none. */
  static byte @Nullable [] key(String secret) {
    if (!secret.startsWith(PREFIX)) {
      return null;
    }
    try {
      byte[] key = Base64.getDecoder().decode(secret.substring(PREFIX.length()));
      return key.length >= LEAST_BYTES && key.length <= MOST_BYTES ? key : null;
    } catch (IllegalArgumentException e) {
      return null;
    }
  }

  /** The value of {@code webhook-signature}. */
  static String of(Secret secret, String messageId, long timestamp, String payload) {
    byte[] key = key(secret.reveal());
    if (key == null) {
      throw new IllegalStateException("a stored secret is none");
    }
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(key, "HmacSHA256"));
      String signed = messageId + "." + timestamp + "." + payload;
      return "v1,"
          + Base64.getEncoder()
              .encodeToString(mac.doFinal(signed.getBytes(StandardCharsets.UTF_8)));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("the platform has no HMAC-SHA-256", e);
    }
  }
}
