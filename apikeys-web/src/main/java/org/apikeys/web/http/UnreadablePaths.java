package org.apikeys.web.http;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import org.apikeys.api.problem.ProblemException;
import org.jspecify.annotations.Nullable;

/**
 * Paths that no Servlet container hands to an application, since it can't read them. Left to
 * itself, Payara answers them with nothing at all, one with a broken escape even with 200.
 */
public final class UnreadablePaths {
  private UnreadablePaths() {}

  /**
   * What is wrong with a path; null when it can be read.
   *
   * @param path as it was sent, a character for each octet
   */
  public static @Nullable ProblemException problem(String path) {
    if (!needsALook(path)) {
      return null;
    }
    byte[] octets = new byte[path.length()];
    int length = 0;
    for (int i = 0; i < path.length(); i++) {
      int octet = path.charAt(i);
      if (octet == '%') {
        int high = digit(path, i + 1);
        int low = digit(path, i + 2);
        if (high < 0 || low < 0) {
          return ProblemException.invalid(
              "path", "has a '%' that no two hexadecimal digits follow; write '%' as %25");
        }
        octet = high * 16 + low;
        i += 2;
      }
      octets[length++] = (byte) octet;
    }
    String text = decoded(octets, length);
    if (text == null || text.indexOf('\0') >= 0) {
      return ProblemException.invalid("path", "is UTF-8 without NUL, each octet of it escaped");
    }
    return text.indexOf('\\') >= 0 || leadsAboveTheRoot(text)
        ? ProblemException.notFound("path; paths are taken literally")
        : null;
  }

  private static boolean needsALook(String path) {
    for (int i = 0; i < path.length(); i++) {
      char octet = path.charAt(i);
      if (octet == '%' || octet == '\\' || octet == 0 || octet >= 0x80) {
        return true;
      }
    }
    return path.contains("..");
  }

  private static int digit(String path, int index) {
    char character = index < path.length() ? path.charAt(index) : ' ';
    return character < 0x80 ? Character.digit(character, 16) : -1;
  }

  private static @Nullable String decoded(byte[] octets, int length) {
    try {
      return StandardCharsets.UTF_8
          .newDecoder()
          .decode(ByteBuffer.wrap(octets, 0, length))
          .toString();
    } catch (CharacterCodingException e) {
      return null;
    }
  }

  private static boolean leadsAboveTheRoot(String path) {
    int depth = 0;
    for (String segment : path.split("/", -1)) {
      if (segment.equals("..")) {
        depth--;
      } else if (!segment.isEmpty() && !segment.equals(".")) {
        depth++;
      }
      if (depth < 0) {
        return true;
      }
    }
    return false;
  }
}
