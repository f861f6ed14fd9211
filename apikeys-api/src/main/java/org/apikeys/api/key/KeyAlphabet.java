package org.apikeys.api.key;

import java.math.BigInteger;

/** The characters that keys are made of; the first one is the zero of the checksum. */
public final class KeyAlphabet {
  /** Digits, upper-case and lower-case letters, in ASCII order. */
  public static final KeyAlphabet BASE62 =
      new KeyAlphabet("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz");

  private static final int FEWEST_SYMBOLS = 10;
  private static final int ASCII = 128;
  private static final int CHECKSUM_BITS = 32;

  private final String symbols;
  private final boolean[] known = new boolean[ASCII];
  private final int checksumLength;

  /**
   * An alphabet of one's own.
   *
   * @param symbols at least 10 different ASCII letters and digits
   * @throws IllegalArgumentException when they are not; the message can be shown
   */
  public KeyAlphabet(String symbols) {
    if (symbols.length() < FEWEST_SYMBOLS) {
      throw new IllegalArgumentException(
          "an alphabet of keys has at least " + FEWEST_SYMBOLS + " characters");
    }
    for (int i = 0; i < symbols.length(); i++) {
      char symbol = symbols.charAt(i);
      if (!isAsciiAlphanumeric(symbol)) {
        throw new IllegalArgumentException(
            "an alphabet of keys holds ASCII letters and digits only");
      }
      if (known[symbol]) {
        throw new IllegalArgumentException(
            "an alphabet of keys holds each character once, but '" + symbol + "' stands twice");
      }
      known[symbol] = true;
    }
    this.symbols = symbols;
    checksumLength = charactersFor(symbols.length(), CHECKSUM_BITS);
  }

  /** The characters, in the order of their value. */
  public String symbols() {
    return symbols;
  }

  /** How many characters a checksum of 32 bits takes: 6 in base62. */
  public int checksumLength() {
    return checksumLength;
  }

  /** Whether so many random characters carry at least so many bits. */
  boolean holdsBits(int characters, int bits) {
    return characters >= charactersFor(symbols.length(), bits);
  }

  private static int charactersFor(int base, int bits) {
    int characters = 1;
    while (BigInteger.valueOf(base).pow(characters).bitLength() <= bits) {
      characters++;
    }
    return characters;
  }

  boolean holdsAll(CharSequence text, int from, int to) {
    for (int i = from; i < to; i++) {
      char character = text.charAt(i);
      if (character >= ASCII || !known[character]) {
        return false;
      }
    }
    return true;
  }

  String write(long value, int length) {
    char[] digits = new char[length];
    long rest = value;
    for (int i = length - 1; i >= 0; i--) {
      digits[i] = symbols.charAt((int) (rest % symbols.length()));
      rest /= symbols.length();
    }
    return new String(digits);
  }

  /** Whether the text from there to its end is this value, as {@link #write} would write it. */
  boolean endsWith(String text, int from, long value) {
    long rest = value;
    for (int i = text.length() - 1; i >= from; i--) {
      if (text.charAt(i) != symbols.charAt((int) (rest % symbols.length()))) {
        return false;
      }
      rest /= symbols.length();
    }
    return rest == 0;
  }

  private static boolean isAsciiAlphanumeric(char character) {
    return (character >= '0' && character <= '9')
        || (character >= 'A' && character <= 'Z')
        || (character >= 'a' && character <= 'z');
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof KeyAlphabet alphabet && alphabet.symbols.equals(symbols);
  }

  @Override
  public int hashCode() {
    return symbols.hashCode();
  }

  @Override
  public String toString() {
    return symbols;
  }
}
