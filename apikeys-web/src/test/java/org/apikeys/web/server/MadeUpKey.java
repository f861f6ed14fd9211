package org.apikeys.web.server;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.zip.CRC32;

/** Keys that nobody issued, written by the published format alone. */
public final class MadeUpKey {
  private static final String BASE62 =
      "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
  private static final int CHECKSUM_LENGTH = 6;
  private static final SecureRandom RANDOM = new SecureRandom();

  private MadeUpKey() {}

  /** A key of the right form with the right checksum. */
  public static String wellFormed() {
    String body = "sk_live_" + random(8) + "_" + random(26);
    return body + checksum(body);
  }

  /** The CRC-32 over a text as 6 base62 digits. */
  public static String checksum(String text) {
    CRC32 crc = new CRC32();
    crc.update(text.getBytes(StandardCharsets.US_ASCII));
    StringBuilder digits = new StringBuilder();
    BigInteger rest = BigInteger.valueOf(crc.getValue());
    BigInteger base = BigInteger.valueOf(BASE62.length());
    while (rest.signum() > 0) {
      digits.insert(0, BASE62.charAt(rest.mod(base).intValueExact()));
      rest = rest.divide(base);
    }
    return "0".repeat(CHECKSUM_LENGTH - digits.length()) + digits;
  }

  private static String random(int length) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < length; i++) {
      text.append(BASE62.charAt(RANDOM.nextInt(BASE62.length())));
    }
    return text.toString();
  }
}
