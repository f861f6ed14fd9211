package org.apikeys.restriction;

import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HexFormat;
import java.util.Locale;

/**
 * A path in its one spelling (RFC 3986, 6.2.2): escapes of unreserved characters resolved, others
 * in upper case, what is not ASCII escaped, dot segments gone.
 *
 * @param text the path
 * @param slashed the path for a reader that takes escaped slashes for slashes
 */
record UrlPath(String text, String slashed) {

  /**
   * Reads a path.
   *
   * @param raw begins with a slash
   * @throws IllegalArgumentException when an escape is broken
   */
  static UrlPath parse(String raw) {
    String unescaped = unescape(raw);
    String slashes = unescaped.replace("%2F", "/").replace("%5C", "/");
    return new UrlPath(withoutDots(unescaped), withoutDots(slashes));
  }

  /** Whether the path goes below another, whichever way one reads it. */
  boolean startsWith(UrlPath other) {
    return text.startsWith(other.text) && slashed.startsWith(other.slashed);
  }

  static String unescape(String raw) {
    StringBuilder path = new StringBuilder(raw.length());
    for (int i = 0; i < raw.length(); i++) {
      char character = raw.charAt(i);
      if (character >= 0x80) {
        int whole = raw.codePointAt(i);
        escape(whole, path);
        i += Character.charCount(whole) - 1;
      } else if (character == '%') {
        int high = digit(raw, i + 1);
        int low = digit(raw, i + 2);
        WebAddress.require(high >= 0 && low >= 0, "must escape '%' in the path as %25");
        char decoded = (char) (high * 16 + low);
        if (isUnreserved(decoded)) {
          path.append(decoded);
        } else {
          path.append(raw.substring(i, i + 3).toUpperCase(Locale.ROOT));
        }
        i += 2;
      } else {
        path.append(character);
      }
    }
    return path.toString();
  }

  /** As browsers send it (RFC 3987, 3.1). */
  private static void escape(int character, StringBuilder path) {
    WebAddress.require(
        Character.getType(character) != Character.SURROGATE, "must hold no halves of characters");
    for (byte octet : Character.toString(character).getBytes(StandardCharsets.UTF_8)) {
      path.append('%').append(HexFormat.of().withUpperCase().toHexDigits(octet));
    }
  }

  private static int digit(String text, int index) {
    char character = index < text.length() ? text.charAt(index) : ' ';
    return character < 0x80 ? Character.digit(character, 16) : -1;
  }

  private static boolean isUnreserved(char character) {
    return (character >= '0' && character <= '9')
        || (character >= 'A' && character <= 'Z')
        || (character >= 'a' && character <= 'z')
        || "-._~".indexOf(character) >= 0;
  }

  private static String withoutDots(String path) {
    String[] segments = path.substring(1).split("/", -1);
    Deque<String> kept = new ArrayDeque<>();
    for (int i = 0; i < segments.length; i++) {
      boolean dots = segments[i].equals(".") || segments[i].equals("..");
      if (segments[i].equals("..")) {
        kept.pollLast();
      }
      if (!dots) {
        kept.addLast(segments[i]);
      } else if (i == segments.length - 1) {
        kept.addLast("");
      }
    }
    return "/" + String.join("/", kept);
  }
}
