package org.apikeys.api.audit;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.MessageDigest;
import java.security.PublicKey;
import java.security.Signature;
import java.security.spec.X509EncodedKeySpec;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The public Ed25519 key (RFC 8032) of a log, in the verifier-key form of C2SP signed notes: {@code
 * <name>+<id>+<base64(0x01 ‖ key)>}. The id is the beginning of {@code SHA-256(name ‖ 0x0A ‖ 0x01 ‖
 * key)}, so that a key belongs to its name.
 */
public final class NoteKey {
  /** Names have neither spaces nor {@code +}: both separate. */
  private static final Pattern TEXT =
      Pattern.compile("([^\\s+\\p{Cntrl}]{1,200})\\+([0-9a-f]{8})\\+([A-Za-z0-9+/]{44})");

  private static final byte ED25519 = 0x01;
  private static final int KEY_LENGTH = 32;
  private static final int ID_LENGTH = 4;

  /** What stands before the key in an X.509 SubjectPublicKeyInfo (RFC 8410). */
  private static final byte[] X509 = HexFormat.of().parseHex("302a300506032b6570032100");

  private final String name;
  private final byte[] key;
  private final int id;

  private NoteKey(String name, byte[] key) {
    this.name = name;
    this.key = key;
    id = idOf(name, key);
  }

  /** The key of a name. */
  public static NoteKey of(String name, PublicKey publicKey) {
    byte[] encoded = publicKey.getEncoded();
    int start = encoded.length - KEY_LENGTH;
    if (start != X509.length || !Arrays.equals(encoded, 0, start, X509, 0, start)) {
      throw new IllegalArgumentException("not an Ed25519 key");
    }
    return parse(text(name, Arrays.copyOfRange(encoded, start, encoded.length)));
  }

  /**
   * Reads a verifier key.
   *
   * @throws IllegalArgumentException when it is none, or its id is not that of its name and key
   */
  public static NoteKey parse(String text) {
    Matcher parts = TEXT.matcher(text);
    if (!parts.matches()) {
      throw new IllegalArgumentException("a verifier key is <name>+<id>+<base64>");
    }
    byte[] typed = Base64.getDecoder().decode(parts.group(3));
    if (typed.length != KEY_LENGTH + 1 || typed[0] != ED25519) {
      throw new IllegalArgumentException("not an Ed25519 key");
    }
    NoteKey key = new NoteKey(parts.group(1), Arrays.copyOfRange(typed, 1, typed.length));
    if (!key.toString().equals(text)) {
      throw new IllegalArgumentException("the id is not that of the name and the key");
    }
    return key;
  }

  /** The key's name, which is the origin of the checkpoints that it signs. */
  public String name() {
    return name;
  }

  /** The first four bytes of the key's hash, in front of each of its signatures. */
  public int id() {
    return id;
  }

  /** Whether the signature over the text was made with this key. */
  public boolean verifies(byte[] text, byte[] signature) {
    try {
      Signature ed25519 = Signature.getInstance("Ed25519");
      ed25519.initVerify(publicKey());
      ed25519.update(text);
      return ed25519.verify(signature);
    } catch (GeneralSecurityException e) {
      // a signature of a wrong form: it was not made with this key
      return false;
    }
  }

  private PublicKey publicKey() throws GeneralSecurityException {
    byte[] encoded = Arrays.copyOf(X509, X509.length + KEY_LENGTH);
    System.arraycopy(key, 0, encoded, X509.length, KEY_LENGTH);
    return KeyFactory.getInstance("Ed25519").generatePublic(new X509EncodedKeySpec(encoded));
  }

  private static int idOf(String name, byte[] key) {
    try {
      MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
      sha256.update(name.getBytes(StandardCharsets.UTF_8));
      sha256.update((byte) '\n');
      sha256.update(ED25519);
      return ByteBuffer.wrap(sha256.digest(key)).getInt();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("the platform has no SHA-256", e);
    }
  }

  private static String text(String name, byte[] key) {
    byte[] typed = new byte[KEY_LENGTH + 1];
    typed[0] = ED25519;
    System.arraycopy(key, 0, typed, 1, KEY_LENGTH);
    byte[] id = ByteBuffer.allocate(ID_LENGTH).putInt(idOf(name, key)).array();
    return name
        + "+"
        + HexFormat.of().formatHex(id)
        + "+"
        + Base64.getEncoder().encodeToString(typed);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof NoteKey that && toString().equals(that.toString());
  }

  @Override
  public int hashCode() {
    return id;
  }

  /** The verifier key as it is published. */
  @Override
  public String toString() {
    return text(name, key);
  }
}
