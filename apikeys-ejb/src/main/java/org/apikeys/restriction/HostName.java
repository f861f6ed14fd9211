package org.apikeys.restriction;

import java.net.IDN;
import java.util.Locale;
import java.util.Optional;

/** The one spelling of a host name: ASCII (RFC 3490), lower case, without the root's dot. */
final class HostName {
  private static final int MAX_LENGTH = 253;

  /** Sharp s, final sigma and the joiners: IDNA 2003 and browsers send them to different hosts. */
  private static final String DISPUTED = "\u00df\u1e9e\u03c2\u200c\u200d";

  private HostName() {}

  /** Spells a name; empty when it is none. */
  static Optional<String> spell(String name) {
    if (name.length() > MAX_LENGTH + 1 || name.chars().anyMatch(c -> DISPUTED.indexOf(c) >= 0)) {
      return Optional.empty();
    }
    try {
      String ascii = IDN.toASCII(name, IDN.USE_STD3_ASCII_RULES).toLowerCase(Locale.ROOT);
      String host = ascii.endsWith(".") ? ascii.substring(0, ascii.length() - 1) : ascii;
      boolean whole = !host.isEmpty() && !host.startsWith(".") && !host.endsWith(".");
      return whole && host.length() <= MAX_LENGTH ? Optional.of(host) : Optional.empty();
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }
}
