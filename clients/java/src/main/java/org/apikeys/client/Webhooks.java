package org.apikeys.client;

import java.nio.charset.StandardCharsets;
import java.security.InvalidKeyException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/** Checks that a webhook is what the server sent (Standard Webhooks, HMAC-SHA-256, {@code v1}). */
public final class Webhooks {
  private static final Duration TOLERANCE = Duration.ofMinutes(5);
  private static final String SECRET = "whsec_";
  private static final String VERSION = "v1,";
  private static final int FEWEST_BYTES = 16;

  private final byte[] secret;

  /**
   * A receiver.
   *
   * @param secret {@code whsec_} and Base64, as the server showed it once
   * @throws IllegalArgumentException when it is no such text
   */
  public Webhooks(String secret) {
    if (!secret.startsWith(SECRET)) {
      throw new IllegalArgumentException("a secret of webhooks begins with whsec_");
    }
    this.secret = Base64.getDecoder().decode(secret.substring(SECRET.length()));
    if (this.secret.length < FEWEST_BYTES) {
      throw new IllegalArgumentException("a secret of webhooks has at least 16 bytes");
    }
  }

  /**
   * Whether the message is genuine and new: one of its signatures is right, and it was sent within
   * five minutes of now.
   *
   * @param id the header {@code webhook-id}
   * @param timestamp the header {@code webhook-timestamp}
   * @param signatures the header {@code webhook-signature}: signatures with spaces between
   * @param body the bytes of the body as they came
   */
  public boolean isGenuine(
      @Nullable String id,
      @Nullable String timestamp,
      @Nullable String signatures,
      byte[] body,
      Instant now) {
    if (id == null || timestamp == null || signatures == null) {
      return false;
    }
    if (!timestamp.matches("[0-9]{1,12}")) {
      return false;
    }
    long seconds = Long.parseLong(timestamp);
    if (Math.abs(now.getEpochSecond() - seconds) > TOLERANCE.toSeconds()) {
      return false;
    }
    byte[] expected = Base64.getEncoder().encode(sign(id + "." + timestamp + ".", body));
    boolean found = false;
    for (String signature : signatures.split(" ", -1)) {
      if (signature.startsWith(VERSION)) {
        byte[] given = signature.substring(VERSION.length()).getBytes(StandardCharsets.UTF_8);
        found |= MessageDigest.isEqual(expected, given);
      }
    }
    return found;
  }

  private byte[] sign(String head, byte[] body) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(secret, "HmacSHA256"));
      mac.update(head.getBytes(StandardCharsets.UTF_8));
      return mac.doFinal(body);
    } catch (NoSuchAlgorithmException | InvalidKeyException e) {
      throw new IllegalStateException(e);
    }
  }
}
