package org.apikeys.backup;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.zip.CRC32;
import javax.crypto.Cipher;
import javax.crypto.Mac;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.PBEKeySpec;
import javax.crypto.spec.SecretKeySpec;
import org.apikeys.crypto.Secret;
import org.apikeys.crypto.SecretSource;

/**
 * What a backup is encrypted with. The file begins with {@link #HEADER} bytes: {@code APIKBAK} and
 * the version of the format (1), the rounds of PBKDF2-HMAC-SHA-256 (RFC 8018; 4 bytes), its salt
 * (16), the beginning of each nonce (7), 8 bytes by which a wrong passphrase is told from a damaged
 * file, and a CRC-32 over all of these (4). Then come chunks of 65,536 bytes, the last one shorter
 * or as long, each under AES-256-GCM with its tag behind it. The nonce of a chunk ends in its
 * number (4 bytes) and in 1 for the last chunk, 0 for others (STREAM, Hoang et al. 2015): no chunk
 * can be changed, moved, left out or cut off. The header is additional data of each.
 */
final class Seal {
  static final int HEADER = 8 + 4 + 16 + 7 + 8 + 4;
  static final int CHUNK = 1 << 16;
  static final int TAG = 16;

  /** As OWASP recommends for this function (2023). */
  static final int ROUNDS = 600_000;

  private static final byte[] MAGIC = "APIKBAK".getBytes(StandardCharsets.US_ASCII);
  private static final byte VERSION = 1;
  private static final int SALT = 16;
  private static final int PREFIX = 7;
  private static final int CHECK = 8;
  private static final int KEY = 32;
  private static final int MOST_ROUNDS = 10_000_000;

  private final byte[] header;
  private final byte[] prefix;
  private final SecretKeySpec key;

  private Seal(byte[] header, byte[] prefix, SecretKeySpec key) {
    this.header = header;
    this.prefix = prefix;
    this.key = key;
  }

  /** A new one. */
  static Seal of(Secret passphrase, int rounds, SecretSource random) {
    byte[] salt = random.bytes(SALT);
    byte[] prefix = random.bytes(PREFIX);
    byte[] derived = derive(passphrase, rounds, salt);
    ByteBuffer header = ByteBuffer.allocate(HEADER);
    header.put(MAGIC).put(VERSION).putInt(rounds).put(salt).put(prefix).put(check(derived));
    header.putInt(crc(header.array()));
    return new Seal(header.array(), prefix, key(derived));
  }

  /** The one of a file. */
  static Seal read(byte[] header, Secret passphrase) {
    ByteBuffer fields = ByteBuffer.wrap(header);
    byte[] magic = bytes(fields, MAGIC.length);
    if (header.length != HEADER || !Arrays.equals(magic, MAGIC)) {
      throw new BackupRefused("This is no backup of this system.");
    }
    byte version = fields.get();
    if (crc(header) != ByteBuffer.wrap(header).getInt(HEADER - Integer.BYTES)) {
      throw new BackupRefused("The backup is damaged at its beginning.");
    }
    if (version != VERSION) {
      throw new BackupRefused(
          "The backup has format " + version + ", and this version reads " + VERSION + ".");
    }
    int rounds = fields.getInt();
    if (rounds < 1 || rounds > MOST_ROUNDS) {
      throw new BackupRefused("The backup is damaged at its beginning.");
    }
    byte[] salt = bytes(fields, SALT);
    byte[] prefix = bytes(fields, PREFIX);
    byte[] derived = derive(passphrase, rounds, salt);
    if (!MessageDigest.isEqual(check(derived), bytes(fields, CHECK))) {
      throw new BackupRefused("The passphrase is not the one of this backup.");
    }
    return new Seal(header.clone(), prefix, key(derived));
  }

  byte[] header() {
    return header.clone();
  }

  /** Encrypts or decrypts one chunk. */
  byte[] crypt(int mode, byte[] bytes, int length, int number, boolean last)
      throws GeneralSecurityException {
    Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
    byte[] nonce =
        ByteBuffer.allocate(PREFIX + Integer.BYTES + 1)
            .put(prefix)
            .putInt(number)
            .put((byte) (last ? 1 : 0))
            .array();
    cipher.init(mode, key, new GCMParameterSpec(TAG * Byte.SIZE, nonce));
    cipher.updateAAD(header);
    return cipher.doFinal(bytes, 0, length);
  }

  /** One part to encrypt with, one to tell a wrong passphrase by. */
  private static byte[] derive(Secret passphrase, int rounds, byte[] salt) {
    PBEKeySpec spec =
        new PBEKeySpec(passphrase.reveal().toCharArray(), salt, rounds, 2 * KEY * Byte.SIZE);
    try {
      return SecretKeyFactory.getInstance("PBKDF2WithHmacSHA256").generateSecret(spec).getEncoded();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("the platform has no PBKDF2", e);
    } finally {
      spec.clearPassword();
    }
  }

  private static SecretKeySpec key(byte[] derived) {
    return new SecretKeySpec(derived, 0, KEY, "AES");
  }

  private static byte[] check(byte[] derived) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(derived, KEY, KEY, "HmacSHA256"));
      return Arrays.copyOf(mac.doFinal(MAGIC), CHECK);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("the platform has no HMAC", e);
    }
  }

  private static int crc(byte[] header) {
    CRC32 crc = new CRC32();
    crc.update(header, 0, HEADER - Integer.BYTES);
    return (int) crc.getValue();
  }

  private static byte[] bytes(ByteBuffer from, int length) {
    byte[] bytes = new byte[Math.min(length, from.remaining())];
    from.get(bytes);
    return bytes;
  }
}
