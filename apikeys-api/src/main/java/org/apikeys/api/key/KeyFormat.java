package org.apikeys.api.key;

import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.zip.CRC32;

/**
 * How a key is written: {@code sk_live_<public>_<secret>}. The secret part ends in a CRC-32 (IEEE)
 * of everything before it, so that a client or a scanner tells a mistyped or made-up key without
 * asking. The checksum guards against mistakes; it proves nothing.
 *
 * @param secretPrefix begins a key that must stay secret
 * @param publishablePrefix begins a key that may stand in a browser or an app
 * @param publicLength characters of the part that is shown in lists
 * @param secretLength characters of the secret part, the checksum included
 * @param alphabet what both parts are made of
 */
public record KeyFormat(
    String secretPrefix,
    String publishablePrefix,
    int publicLength,
    int secretLength,
    KeyAlphabet alphabet) {

  private static final Pattern PREFIX = Pattern.compile("[a-z][a-z0-9]{0,9}");
  private static final List<Environment> ENVIRONMENTS = List.of(Environment.values());
  private static final int MIN_PUBLIC_LENGTH = 4;
  private static final int MAX_PUBLIC_LENGTH = 32;
  private static final int MAX_SECRET_LENGTH = 128;
  private static final int MIN_BITS = 128;
  private static final int MIN_SECRET_BITS = 64;

  /** {@code sk} or {@code pk}, 8 public and 32 secret characters, base62. */
  public static final KeyFormat DEFAULT = new KeyFormat("sk", "pk", 8, 32, KeyAlphabet.BASE62);

  public KeyFormat {
    requirePrefix(secretPrefix);
    requirePrefix(publishablePrefix);
    require(
        !secretPrefix.equals(publishablePrefix),
        "secret and publishable keys need different prefixes");
    require(
        publicLength >= MIN_PUBLIC_LENGTH && publicLength <= MAX_PUBLIC_LENGTH,
        "the public part has " + MIN_PUBLIC_LENGTH + " to " + MAX_PUBLIC_LENGTH + " characters");
    require(
        secretLength > alphabet.checksumLength() && secretLength <= MAX_SECRET_LENGTH,
        "the secret part has more characters than its checksum ("
            + alphabet.checksumLength()
            + ") and at most "
            + MAX_SECRET_LENGTH);
    int secretRandom = secretLength - alphabet.checksumLength();
    require(
        alphabet.holdsBits(publicLength + secretRandom, MIN_BITS),
        "a key needs at least " + MIN_BITS + " random bits");
    // The public part is seen by many, so it can't stand for the whole strength.
    require(
        alphabet.holdsBits(secretRandom, MIN_SECRET_BITS),
        "the secret part needs at least " + MIN_SECRET_BITS + " random bits of its own");
  }

  /** How many random characters of the alphabet {@link #compose} takes. */
  public int randomLength() {
    return publicLength + secretLength - alphabet.checksumLength();
  }

  /**
   * Writes a key.
   *
   * @param random {@link #randomLength} random characters of the alphabet: the public ones, then
   *     the secret ones
   * @throws IllegalArgumentException when {@code random} has another length or other characters
   */
  public String compose(boolean publishable, Environment environment, CharSequence random) {
    // The texts never quote what was given: it would be a secret in a log.
    require(
        random.length() == randomLength(), "a key takes " + randomLength() + " random characters");
    require(
        alphabet.holdsAll(random, 0, random.length()),
        "the random characters are not all of the alphabet");
    String body =
        (publishable ? publishablePrefix : secretPrefix)
            + '_'
            + environment.label()
            + '_'
            + random.subSequence(0, publicLength)
            + '_'
            + random.subSequence(publicLength, random.length());
    return body + alphabet.write(checksum(body, body.length()), alphabet.checksumLength());
  }

  /** Reads a key; empty when it isn't well-formed or its checksum is wrong. */
  public Optional<ParsedKey> parse(String text) {
    if (!isWellFormed(text)) {
      return Optional.empty();
    }
    int publicStart = publicStart(text);
    boolean publishable = afterPrefix(text, publishablePrefix) > 0;
    int labelStart = (publishable ? publishablePrefix : secretPrefix).length() + 1;
    return Environment.ofLabel(text.substring(labelStart, publicStart - 1))
        .map(
            environment ->
                new ParsedKey(
                    publishable, environment, text.substring(0, publicStart + publicLength)));
  }

  /**
   * Whether the text is a key of this format with the right checksum. Allocates next to nothing.
   */
  public boolean isWellFormed(String text) {
    int publicStart = publicStart(text);
    int publicEnd = publicStart + publicLength;
    if (publicStart < 0 || text.length() != publicEnd + 1 + secretLength) {
      return false;
    }
    int checksumStart = text.length() - alphabet.checksumLength();
    return text.charAt(publicEnd) == '_'
        && alphabet.holdsAll(text, publicStart, publicEnd)
        && alphabet.holdsAll(text, publicEnd + 1, checksumStart)
        && alphabet.endsWith(text, checksumStart, checksum(text, checksumStart));
  }

  /** Whether the text begins like a key, to tell one from a token in a Bearer header. */
  public boolean looksLikeKey(String text) {
    return afterPrefix(text, secretPrefix) > 0 || afterPrefix(text, publishablePrefix) > 0;
  }

  /** Where the public part begins, or -1. */
  private int publicStart(String text) {
    int label = Math.max(afterPrefix(text, secretPrefix), afterPrefix(text, publishablePrefix));
    if (label < 0) {
      return -1;
    }
    for (int i = 0; i < ENVIRONMENTS.size(); i++) {
      String name = ENVIRONMENTS.get(i).label();
      int end = label + name.length();
      if (text.startsWith(name, label) && text.startsWith("_", end)) {
        return end + 1;
      }
    }
    return -1;
  }

  private static int afterPrefix(String text, String prefix) {
    return text.startsWith(prefix) && text.startsWith("_", prefix.length())
        ? prefix.length() + 1
        : -1;
  }

  private static long checksum(String text, int end) {
    CRC32 crc = new CRC32();
    for (int i = 0; i < end; i++) {
      crc.update(text.charAt(i));
    }
    return crc.getValue();
  }

  private static void requirePrefix(String prefix) {
    require(
        PREFIX.matcher(prefix).matches(),
        "a prefix of keys is 1 to 10 lower-case letters and digits, a letter first");
  }

  private static void require(boolean condition, String message) {
    if (!condition) {
      throw new IllegalArgumentException(message);
    }
  }
}
