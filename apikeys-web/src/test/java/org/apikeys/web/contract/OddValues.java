package org.apikeys.web.contract;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.util.RawValue;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;

/** What nobody should send, and somebody does. */
final class OddValues {
  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
  private static final int LONG_TEXT = 1_000;
  private static final int DEEP = 60;

  /** Written into a body as they stand: most are no value that a library would write. */
  private static final List<String> RAW =
      List.of(
          "null",
          "true",
          "false",
          "{}",
          "[]",
          "[null]",
          "[[]]",
          "{\"\":\"\"}",
          "0",
          "-0",
          "-1",
          "1.5",
          "1.0",
          "1e2",
          "1e400",
          "-1e-400",
          "1E+1000000000",
          "2147483648",
          "-2147483649",
          "9007199254740993",
          "9223372036854775807",
          "9223372036854775808",
          "123456789012345678901234567890123456789012345678901234567890",
          "\"\\u0000\"",
          "\"a\\u0000b\"",
          "\"\\ud800\"",
          "\"\\udc00\\ud800\"",
          "\"\\ud83d\\udd11\"",
          "\"\\u202e\\u200b\\ufeff\"",
          "\"\\r\\nSet-Cookie: a=b\"",
          "NaN",
          "Infinity",
          "0x10",
          "01",
          "'a'",
          "");

  private static final List<String> TEXTS =
      List.of(
          "",
          " ",
          "0",
          "-1",
          "+2",
          "00",
          "1.5",
          "1e3",
          "999999999999999999",
          "9223372036854775807",
          "9223372036854775808",
          "99999999999999999999999999999999",
          "abc",
          "null",
          "undefined",
          "NaN",
          "true",
          "TRUE",
          "[]",
          "{}",
          "*",
          "%",
          "_",
          "'",
          "\"",
          "' OR '1'='1",
          "';--",
          "<script>alert(1)</script>",
          "=1+1",
          "${jndi:ldap://127.0.0.1/a}",
          "#{1+1}",
          "key-",
          "key-0",
          "key-01",
          "KEY-1",
          "key-999999999999999999",
          "key-9223372036854775808",
          "user-",
          "user-0",
          "user-99999999999999999999",
          "a:b:c",
          ":",
          "agents:",
          "agents:*",
          "a and (b",
          "((((((((((((((((((((",
          "2026-01-31",
          "2026-01-31T23:59:59",
          "2026-01-31T23:59:59Z",
          "2026-02-30T00:00:00Z",
          "2026-01-31T24:00:01Z",
          "9999-12-31T23:59:59Z",
          "0000-01-01T00:00:00Z",
          "-0001-01-01T00:00:00Z",
          "+1000000000-12-31T23:59:59Z",
          "2026-01-31T23:59:59+18:01",
          "1767225599",
          "2026-13",
          "2026-00",
          "9999-12",
          "P",
          "PT",
          "P1D",
          "P1Y",
          "PT0S",
          "-PT5S",
          "PT0.000000001S",
          "P9999999999Y",
          "PT2562047788015215H30M8S",
          "PT9223372036854775807S",
          "1.2.3.4/33",
          "0x7f.1",
          "1.2.3.4.5",
          "::1%eth0",
          "::ffff:1.2.3.4/0",
          "http://[::1",
          "https://*",
          "https://*.*/*",
          "javascript:alert(1)",
          "Europe/Nowhere",
          "UTC+25",
          "+99:99",
          "-created_at,-",
          "after:1",
          "YWZ0ZXI6OTk5OTk5OTk5",
          "YWZ0ZXI6LTE",
          "a\u0000b",
          "a\tb",
          "a\r\nX-Injected: 1",
          "\u007f",
          "\u00e9\u0301",
          "\u0130\u0131\u017f",
          "\u202e\u200b\ufeff",
          "\ud83d\udd11",
          "\ud800");

  private OddValues() {}

  /** For a place where JSON has a value. */
  static JsonNode json(Random random) {
    return switch (random.nextInt(4)) {
      case 0 -> NODES.textNode(valid(text(random)));
      case 1 -> NODES.rawValueNode(new RawValue(nested(random)));
      default -> NODES.rawValueNode(new RawValue(RAW.get(random.nextInt(RAW.size()))));
    };
  }

  private static String nested(Random random) {
    return random.nextBoolean()
        ? "[".repeat(DEEP) + "]".repeat(DEEP)
        : "{\"a\":".repeat(DEEP) + "1" + "}".repeat(DEEP);
  }

  /** For a place where there is text. */
  static String text(Random random) {
    int kind = random.nextInt(TEXTS.size() + 3);
    if (kind < TEXTS.size()) {
      return TEXTS.get(kind);
    }
    if (kind == TEXTS.size()) {
      return "x".repeat(LONG_TEXT);
    }
    StringBuilder text = new StringBuilder();
    for (int i = random.nextInt(20); i >= 0; i--) {
      text.appendCodePoint(
          kind == TEXTS.size() + 1 ? ' ' + random.nextInt(95) : 1 + random.nextInt(0x2fff));
    }
    return text.toString();
  }

  /** For a header: what a client is able to send. */
  static String header(Random random) {
    String text = text(random).replaceAll("[^\\x20-\\x7e]", "?");
    return text.length() > 1000 ? text.substring(0, 1000) : text;
  }

  /** Without halves of characters, which a library would not write. */
  private static String valid(String text) {
    return new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8);
  }

  /** For a path or a query: encoded as needed, or more, or wrongly. */
  static String encoded(String text, Random random) {
    boolean all = random.nextInt(4) == 0;
    boolean lower = random.nextBoolean();
    StringBuilder encoded = new StringBuilder();
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      boolean plain = c < 0x7f && (Character.isLetterOrDigit(c) || "-._~:".indexOf(c) >= 0);
      if (plain && !all) {
        encoded.append(c);
      } else if (Character.isHighSurrogate(c)
          && i + 1 < text.length()
          && Character.isLowSurrogate(text.charAt(i + 1))) {
        escape(text.substring(i, i + 2).getBytes(StandardCharsets.UTF_8), lower, encoded);
        i++;
      } else if (Character.isSurrogate(c)) {
        // half of a character, in the three bytes that UTF-8 forbids
        escape(
            new byte[] {(byte) 0xed, (byte) (0x80 | ((c >> 6) & 0x3f)), (byte) (0x80 | (c & 0x3f))},
            lower,
            encoded);
      } else {
        escape(String.valueOf(c).getBytes(StandardCharsets.UTF_8), lower, encoded);
      }
    }
    return encoded.toString();
  }

  private static void escape(byte[] bytes, boolean lower, StringBuilder out) {
    for (byte one : bytes) {
      out.append(String.format(lower ? "%%%02x" : "%%%02X", one & 0xff));
    }
  }
}
