package org.apikeys.restriction;

import java.util.Locale;

/**
 * A web address, or a pattern of some, cut into its parts as they were written. Strict where
 * browsers and libraries disagree, since there lookalikes are made: no user name, backslash, space,
 * control character or escape before the path.
 *
 * @param scheme in lower case
 * @param port 0 when none is given
 * @param rest what follows the port: path, query, fragment; may be empty
 */
record WebAddress(String scheme, String host, int port, String rest) {
  static final int MAX_LENGTH = 8192;

  private static final int MAX_PORT = 65_535;
  private static final int MAX_PORT_DIGITS = 5;

  /**
   * Cuts an address.
   *
   * @throws IllegalArgumentException when it has another shape; the message can be shown and quotes
   *     nothing of the text
   */
  static WebAddress parse(String text) {
    require(text.length() <= MAX_LENGTH, "must have at most " + MAX_LENGTH + " characters");
    require(
        text.chars().noneMatch(WebAddress::isSuspicious),
        "must hold no spaces, control characters or backslashes");
    int colon = text.indexOf("://");
    require(colon > 0, "must begin with https://, http:// or *://");
    int start = colon + 3;
    int end = start;
    while (end < text.length() && "/?#".indexOf(text.charAt(end)) < 0) {
      end++;
    }
    String authority = text.substring(start, end);
    require(
        authority.chars().noneMatch(c -> "@%[]".indexOf(c) >= 0),
        "must hold a plain host name without user name, escapes or brackets");
    int portColon = authority.indexOf(':');
    return new WebAddress(
        text.substring(0, colon).toLowerCase(Locale.ROOT),
        portColon < 0 ? authority : authority.substring(0, portColon),
        portColon < 0 ? 0 : port(authority.substring(portColon + 1)),
        text.substring(end));
  }

  private static int port(String digits) {
    require(
        !digits.isEmpty()
            && digits.length() <= MAX_PORT_DIGITS
            && digits.chars().allMatch(c -> c >= '0' && c <= '9'),
        "must have a port from 1 to " + MAX_PORT + ", or none");
    int port = Integer.parseInt(digits);
    require(port > 0 && port <= MAX_PORT, "must have a port from 1 to " + MAX_PORT + ", or none");
    return port;
  }

  private static boolean isSuspicious(int character) {
    return character == '\\'
        || character == ' '
        || Character.isISOControl(character)
        || Character.isWhitespace(character)
        || Character.isSpaceChar(character);
  }

  static void require(boolean condition, String message) {
    if (!condition) {
      throw new IllegalArgumentException(message);
    }
  }
}
