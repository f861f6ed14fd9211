package org.apikeys.api.audit;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;

/**
 * A private key of a log with the public one that belongs to it. At rest it is one line: the
 * verifier key, a space, and the private key in base64 of PKCS #8 (RFC 8410), which openssl reads
 * too.
 */
public final class NoteSigner {
  private static final int SIGNATURE_LENGTH = 64;

  private final NoteKey key;
  private final PrivateKey secret;

  private NoteSigner(NoteKey key, PrivateKey secret) {
    this.key = key;
    this.secret = secret;
  }

  /** A new key under this name. */
  public static NoteSigner generate(String name) {
    try {
      KeyPair pair = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
      return new NoteSigner(NoteKey.of(name, pair.getPublic()), pair.getPrivate());
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("the platform has no Ed25519", e);
    }
  }

  /**
   * Reads a line.
   *
   * @throws IllegalArgumentException when it is no such line, or its halves do not belong together;
   *     the message does not hold the line
   */
  public static NoteSigner parse(String line) {
    String[] halves = line.split(" ", -1);
    if (halves.length != 2) {
      throw new IllegalArgumentException("a signing key is <verifier key> <base64 of PKCS #8>");
    }
    NoteSigner signer = new NoteSigner(NoteKey.parse(halves[0]), privateKey(halves[1]));
    byte[] probe = signer.key.toString().getBytes(StandardCharsets.UTF_8);
    if (!signer.key.verifies(probe, signer.ed25519(probe))) {
      throw new IllegalArgumentException("the private key is not that of the verifier key");
    }
    return signer;
  }

  private static PrivateKey privateKey(String base64) {
    try {
      return KeyFactory.getInstance("Ed25519")
          .generatePrivate(new PKCS8EncodedKeySpec(Base64.getDecoder().decode(base64)));
    } catch (GeneralSecurityException | IllegalArgumentException e) {
      throw new IllegalArgumentException("the private key is no base64 of PKCS #8");
    }
  }

  public NoteKey key() {
    return key;
  }

  /** The line for the key file. It is secret. */
  public String secretLine() {
    return key + " " + Base64.getEncoder().encodeToString(secret.getEncoded());
  }

  /** The signature line of a note: {@code — <name> <base64(id ‖ signature)>}. */
  String signatureLine(String text) {
    byte[] signature = ed25519(text.getBytes(StandardCharsets.UTF_8));
    byte[] marked =
        ByteBuffer.allocate(Integer.BYTES + SIGNATURE_LENGTH)
            .putInt(key.id())
            .put(signature)
            .array();
    return SignedNote.DASH + key.name() + " " + Base64.getEncoder().encodeToString(marked) + "\n";
  }

  private byte[] ed25519(byte[] text) {
    try {
      Signature signature = Signature.getInstance("Ed25519");
      signature.initSign(secret);
      signature.update(text);
      return signature.sign();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("signing failed", e);
    }
  }

  /** The public part alone. */
  @Override
  public String toString() {
    return "NoteSigner[" + key + "]";
  }
}
