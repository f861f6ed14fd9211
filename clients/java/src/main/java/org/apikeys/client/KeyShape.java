package org.apikeys.client;

import org.apikeys.api.key.KeyFormat;

/** Tells texts that can be no key, about which nobody has to be asked. */
final class KeyShape {
  private static final int SHORTEST = 8;
  private static final int LONGEST = 256;

  private final KeyFormat format;

  /** For keys of an installation that writes its own in this way. */
  KeyShape(KeyFormat format) {
    this.format = format;
  }

  static boolean isTooLong(String text) {
    return text.length() > LONGEST;
  }

  /**
   * Whether the text could be a key: of any form within bounds, since keys can be chosen and
   * imported; but what looks like one of the installation's own has its checksum right.
   */
  boolean couldBeKey(String text) {
    if (text.length() < SHORTEST || isTooLong(text)) {
      return false;
    }
    for (int i = 0; i < text.length(); i++) {
      if (text.charAt(i) <= ' ' || text.charAt(i) > '~') {
        return false;
      }
    }
    return !isMistyped(text);
  }

  private boolean isMistyped(String text) {
    if (!format.looksLikeKey(text) || format.isWellFormed(text)) {
      return false;
    }
    int last = text.lastIndexOf('_');
    return last >= 0
        && text.length() - last - 1 == format.secretLength()
        && text.lastIndexOf('_', last - 1) == last - 1 - format.publicLength();
  }
}
