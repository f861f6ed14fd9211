package org.apikeys.crypto;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.Base64;
import java.util.List;
import javax.crypto.Cipher;
import javax.crypto.SecretKey;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * Encrypts recoverable keys at rest: AES-256-GCM (NIST SP 800-38D) with a random nonce in front,
 * bound to what it belongs to, so that a sealed value can't be moved to another row.
 */
public final class SealingKey {
  private static final int KEY_BYTES = 32;
  private static final int NONCE_BYTES = 12;
  private static final int TAG_BITS = 128;

  private final SecretKey key;
  private final SecretSource random;

  private SealingKey(SecretKey key, SecretSource random) {
    this.key = key;
    this.random = random;
  }

  public static SealingKey load(Path file, SecretSource random) {
    List<String> lines =
        KeyFile.readOrCreate(
            file, () -> Base64.getEncoder().encodeToString(random.bytes(KEY_BYTES)));
    byte[] bytes = lines.size() == 1 ? KeyFile.decoded(lines.get(0)) : new byte[0];
    if (bytes.length != KEY_BYTES) {
      throw new IllegalStateException(
          "The key file " + file + " holds no single base64 line of " + KEY_BYTES + " bytes.");
    }
    return new SealingKey(new SecretKeySpec(bytes, "AES"), random);
  }

  /** A key that is kept elsewhere. */
  public static SealingKey of(byte[] key, SecretSource random) {
    if (key.length != KEY_BYTES) {
      throw new IllegalArgumentException("a key has " + KEY_BYTES + " bytes");
    }
    return new SealingKey(new SecretKeySpec(key, "AES"), random);
  }

  /** Bytes for a new key. */
  public static byte[] newKey(SecretSource random) {
    return random.bytes(KEY_BYTES);
  }

  /**
   * Encrypts.
   *
   * @param belongsTo what the value belongs to; the same words open it
   */
  public byte[] seal(Secret secret, String belongsTo) {
    return sealBytes(secret.reveal().getBytes(StandardCharsets.UTF_8), belongsTo);
  }

  /** Encrypts bytes as {@link #seal} does. */
  public byte[] sealBytes(byte[] clear, String belongsTo) {
    byte[] nonce = random.bytes(NONCE_BYTES);
    try {
      byte[] sealed = cipher(Cipher.ENCRYPT_MODE, nonce, belongsTo).doFinal(clear);
      byte[] whole = new byte[NONCE_BYTES + sealed.length];
      System.arraycopy(nonce, 0, whole, 0, NONCE_BYTES);
      System.arraycopy(sealed, 0, whole, NONCE_BYTES, sealed.length);
      return whole;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("sealing failed", e);
    }
  }

  /** Decrypts what {@link #seal} made; throws when anything about it was changed. */
  public Secret open(byte[] whole, String belongsTo) {
    return new Secret(new String(openBytes(whole, belongsTo), StandardCharsets.UTF_8));
  }

  /** Decrypts bytes as {@link #open} does. */
  public byte[] openBytes(byte[] whole, String belongsTo) {
    if (whole.length < NONCE_BYTES + TAG_BITS / 8) {
      throw new IllegalStateException("a sealed value does not open");
    }
    byte[] nonce = new byte[NONCE_BYTES];
    System.arraycopy(whole, 0, nonce, 0, NONCE_BYTES);
    try {
      return cipher(Cipher.DECRYPT_MODE, nonce, belongsTo)
          .doFinal(whole, NONCE_BYTES, whole.length - NONCE_BYTES);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("a sealed value does not open", e);
    }
  }

  private Cipher cipher(int mode, byte[] nonce, String belongsTo) throws GeneralSecurityException {
    Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
    cipher.init(mode, key, new GCMParameterSpec(TAG_BITS, nonce));
    cipher.updateAAD(belongsTo.getBytes(StandardCharsets.UTF_8));
    return cipher;
  }

  @Override
  public String toString() {
    return "SealingKey[secret]";
  }
}
