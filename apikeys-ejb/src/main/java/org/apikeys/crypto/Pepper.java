package org.apikeys.crypto;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * The key under which digests of API keys are made (HMAC-SHA-256, RFC 2104), kept outside the
 * database: who has the database alone can test no guess. The file has a line {@code
 * <version>:<base64>} for each version; the highest one hashes, the others still recognise. To
 * rotate, add a line and restart.
 */
public final class Pepper {
  private static final Pattern LINE = Pattern.compile("([1-9][0-9]{0,4}):([A-Za-z0-9+/=]{24,200})");
  private static final int BYTES = 32;
  private static final String ALGORITHM = "HmacSHA256";

  private final NavigableMap<Integer, SecretKeySpec> versions;

  private Pepper(NavigableMap<Integer, SecretKeySpec> versions) {
    this.versions = versions;
  }

  /** Reads the file, or makes it with a first version. */
  public static Pepper load(Path file, SecretSource random) {
    List<String> lines =
        KeyFile.readOrCreate(
            file, () -> "1:" + Base64.getEncoder().encodeToString(random.bytes(BYTES)));
    NavigableMap<Integer, SecretKeySpec> versions = new TreeMap<>();
    for (int i = 0; i < lines.size(); i++) {
      Matcher line = LINE.matcher(lines.get(i));
      if (!line.matches()) {
        throw new IllegalStateException(
            "The pepper file " + file + " has no <version>:<base64> in entry " + (i + 1) + ".");
      }
      byte[] key = KeyFile.decoded(line.group(2));
      if (key.length < BYTES
          || versions.put(Integer.valueOf(line.group(1)), new SecretKeySpec(key, ALGORITHM))
              != null) {
        throw new IllegalStateException(
            "The pepper file "
                + file
                + " has a short, broken or repeated version in entry "
                + (i + 1)
                + ".");
      }
    }
    if (versions.isEmpty()) {
      throw new IllegalStateException("The pepper file " + file + " is empty.");
    }
    return new Pepper(versions);
  }

  /** The version that new digests are made under. */
  public int current() {
    return versions.lastKey();
  }

  /** Every version, newest first. */
  public List<Integer> versions() {
    return new ArrayList<>(versions.descendingKeySet());
  }

  /** The digest of a text under a version, in hexadecimal. */
  public String digest(int version, String text) {
    SecretKeySpec key = versions.get(version);
    if (key == null) {
      throw new IllegalArgumentException("no pepper of version " + version);
    }
    try {
      Mac mac = Mac.getInstance(ALGORITHM);
      mac.init(key);
      return HexFormat.of().formatHex(mac.doFinal(text.getBytes(StandardCharsets.UTF_8)));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("the platform has no " + ALGORITHM, e);
    }
  }

  /** Tells a version from another with the same number, without telling anything of it. */
  public String fingerprint(int version) {
    return digest(version, "apikeys pepper fingerprint");
  }

  @Override
  public String toString() {
    return "Pepper" + versions.keySet();
  }
}
