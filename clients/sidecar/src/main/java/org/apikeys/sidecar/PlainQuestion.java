package org.apikeys.sidecar;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads a request of HTTP/1.1 that has come whole and in the plainest form: printable ASCII, no
 * header twice that matters, no framing but a length. It never refuses: what is not of this form is
 * left to Vert.x. One thread uses it for one request after the other.
 */
final class PlainQuestion implements Question {
  /** Longer requests are left to Vert.x. */
  static final int LONGEST = 8_192;

  private static final byte[] VERSION = " HTTP/1.1\r\n".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] KEEP_ALIVE = "keep-alive".getBytes(StandardCharsets.US_ASCII);
  private static final Header[] HEADERS = Header.values();
  private static final byte[][] NAMES =
      Arrays.stream(HEADERS)
          .map(header -> header.lower().getBytes(StandardCharsets.US_ASCII))
          .toArray(byte[][]::new);

  private static final byte[] CONNECTION = "connection".getBytes(StandardCharsets.US_ASCII);

  /** Those that say how a message is framed, or that something else is to be answered. */
  private static final byte[][] SPECIAL =
      List.of(
              "expect",
              "http2-settings",
              "keep-alive",
              "proxy-connection",
              "te",
              "trailer",
              "transfer-encoding",
              "upgrade")
          .stream()
          .map(name -> name.getBytes(StandardCharsets.US_ASCII))
          .toArray(byte[][]::new);

  private static final boolean[] OF_TOKENS = new boolean[128];

  static {
    for (char letter = 'a'; letter <= 'z'; letter++) {
      OF_TOKENS[letter] = true;
      OF_TOKENS[Character.toUpperCase(letter)] = true;
    }
    "0123456789!#$%&'*+-.^_`|~".chars().forEach(sign -> OF_TOKENS[sign] = true);
  }

  private final byte[] bytes = new byte[LONGEST];
  private final @Nullable String[] values = new String[HEADERS.length];
  private String peer = "";
  private String method = "";
  private String path = "";
  private @Nullable String query;
  private int at;
  private int end;
  private int bodyLength;

  /** Where the bytes of a request belong, before it is read. */
  byte[] bytes() {
    return bytes;
  }

  /**
   * Reads the request that begins with the first byte.
   *
   * @param length how many bytes have come
   * @return how many of them it has; 0 when it is not plain, or not whole
   */
  int read(int length, String from) {
    at = 0;
    end = length;
    peer = from;
    bodyLength = 0;
    Arrays.fill(values, null);
    if (!readRequestLine()) {
      return 0;
    }
    while (at < end && bytes[at] != '\r') {
      if (!readHeader()) {
        return 0;
      }
    }
    if (at + 1 >= end || bytes[at + 1] != '\n') {
      return 0;
    }
    at += 2;
    if (!readLength() || end - at < bodyLength) {
      return 0;
    }
    return at + bodyLength;
  }

  private boolean readRequestLine() {
    if (!reads("GET ") && !reads("POST ")) {
      return false;
    }
    method = bytes[0] == 'G' ? "GET" : "POST";
    int begin = at;
    int mark = -1;
    while (at < end && bytes[at] > ' ' && bytes[at] <= '~' && bytes[at] != '#') {
      if (bytes[at] == '?' && mark < 0) {
        mark = at;
      }
      at++;
    }
    path = text(begin, mark < 0 ? at : mark);
    query = mark < 0 ? null : text(mark + 1, at);
    boolean plain = at + VERSION.length <= end && is(VERSION, at);
    at += VERSION.length;
    return plain;
  }

  private boolean reads(String word) {
    if (end < word.length()) {
      return false;
    }
    for (int i = 0; i < word.length(); i++) {
      if (bytes[i] != word.charAt(i)) {
        return false;
      }
    }
    at = word.length();
    return true;
  }

  /** One line, with its end. */
  private boolean readHeader() {
    int name = at;
    while (at < end && bytes[at] >= 0 && OF_TOKENS[bytes[at]]) {
      at++;
    }
    int nameEnd = at;
    if (nameEnd == name || at >= end || bytes[at] != ':') {
      return false;
    }
    at++;
    while (at < end && bytes[at] == ' ') {
      at++;
    }
    int value = at;
    while (at < end && bytes[at] >= ' ' && bytes[at] <= '~') {
      at++;
    }
    int valueEnd = at;
    if (at + 1 >= end || bytes[at] != '\r' || bytes[at + 1] != '\n') {
      return false;
    }
    at += 2;
    while (valueEnd > value && bytes[valueEnd - 1] == ' ') {
      valueEnd--;
    }
    return take(name, nameEnd - name, value, valueEnd);
  }

  private boolean take(int name, int length, int value, int valueEnd) {
    for (int i = 0; i < NAMES.length; i++) {
      if (isName(NAMES[i], name, length)) {
        boolean first = values[i] == null;
        values[i] = text(value, valueEnd);
        return first;
      }
    }
    if (isName(CONNECTION, name, length)) {
      return isName(KEEP_ALIVE, value, valueEnd - value);
    }
    for (byte[] special : SPECIAL) {
      if (isName(special, name, length)) {
        return false;
      }
    }
    return true;
  }

  /** Whether it is this word, written small or large. */
  private boolean isName(byte[] lower, int from, int length) {
    if (lower.length != length) {
      return false;
    }
    for (int i = 0; i < length; i++) {
      byte sign = bytes[from + i];
      if ((sign >= 'A' && sign <= 'Z' ? sign + ('a' - 'A') : sign) != lower[i]) {
        return false;
      }
    }
    return true;
  }

  private boolean is(byte[] word, int from) {
    return Arrays.equals(bytes, from, from + word.length, word, 0, word.length);
  }

  private boolean readLength() {
    String length = values[place(Header.CONTENT_LENGTH)];
    if (length == null) {
      return true;
    }
    if (length.isEmpty() || length.length() > 4) {
      return false;
    }
    for (int i = 0; i < length.length(); i++) {
      if (length.charAt(i) < '0' || length.charAt(i) > '9') {
        return false;
      }
      bodyLength = bodyLength * 10 + length.charAt(i) - '0';
    }
    return true;
  }

  @SuppressWarnings("EnumOrdinal") // a place in an array of as many
  private static int place(Header header) {
    return header.ordinal();
  }

  private String text(int from, int to) {
    return new String(bytes, from, to - from, StandardCharsets.ISO_8859_1);
  }

  String path() {
    return path;
  }

  /** Where its body begins. */
  int bodyAt() {
    return at;
  }

  int bodyLength() {
    return bodyLength;
  }

  @Override
  public String method() {
    return method;
  }

  @Override
  public @Nullable String query() {
    return query;
  }

  @Override
  public String peer() {
    return peer;
  }

  @Override
  public List<String> all(Header header) {
    String value = values[place(header)];
    return value == null ? List.of() : List.of(value);
  }

  @Override
  public @Nullable String first(Header header) {
    return values[place(header)];
  }

  /** Never what it was asked with. */
  @Override
  public String toString() {
    return "PlainQuestion[" + method + " " + path + "]";
  }
}
