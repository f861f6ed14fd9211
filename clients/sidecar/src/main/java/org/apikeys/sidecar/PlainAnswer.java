package org.apikeys.sidecar;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.nio.charset.StandardCharsets;
import org.apikeys.client.Verdict;
import org.apikeys.client.Verdict.RateLimit;
import org.apikeys.client.VerifiedKey;
import org.jspecify.annotations.Nullable;

/**
 * Writes the answer to a call that is granted, in one piece. One thread uses it for one answer
 * after the other.
 */
final class PlainAnswer {
  private static final int LONGEST = 32_768;
  private static final byte[] BEGIN =
      ascii("HTTP/1.1 200 OK\r\nX-Content-Type-Options: nosniff\r\nX-Request-Id: ");
  private static final byte[] EMPTY = ascii("\r\nContent-Length: 0\r\nX-Key-Id: ");
  private static final byte[] OWNER = ascii("\r\nX-Key-Owner: ");
  private static final byte[] ORGANIZATION = ascii("\r\nX-Key-Organization: ");
  private static final byte[] SCOPES = ascii("\r\nX-Key-Scopes: ");
  private static final byte[] JSON =
      ascii("\r\nContent-Type: application/json\r\nContent-Length: ");
  private static final byte[] LINE = ascii("\r\n");
  private static final byte[] SEPARATOR = ascii(": ");
  private static final byte[] END = ascii("\r\n\r\n");

  private final byte[] bytes = new byte[LONGEST];
  private int size;

  /** Below zero when something was written that belongs into no header. */
  private int plain;

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  /** The answer to {@code /api/v1/authorize}; null when it is not plain. */
  @Nullable ByteBuf authorize(String requestId, Verdict verdict, ByteBufAllocator allocator) {
    VerifiedKey key = verdict.key();
    if (key == null || key.owner().length() + key.scopeNames().length() > LONGEST / 2) {
      return null;
    }
    begin(requestId);
    write(EMPTY);
    write(key.keyId());
    write(OWNER);
    write(key.owner());
    write(ORGANIZATION);
    write(Long.toString(key.organizationId()));
    write(SCOPES);
    write(key.scopeNames());
    RateLimit limit = verdict.limit();
    if (limit != null) {
      LimitHeaders.tell(limit, this::header);
    }
    write(END);
    return plain < 0 ? null : allocator.directBuffer(size).writeBytes(bytes, 0, size);
  }

  /** The answer to {@code /api/v1/api-keys/verify}; null when it is not plain. */
  @Nullable ByteBuf verify(String requestId, Verdict verdict, ByteBufAllocator allocator) {
    byte[] document = Answers.document(verdict).getBytes(StandardCharsets.UTF_8);
    begin(requestId);
    write(JSON);
    write(Integer.toString(document.length));
    write(END);
    return plain < 0
        ? null
        : allocator
            .directBuffer(size + document.length)
            .writeBytes(bytes, 0, size)
            .writeBytes(document);
  }

  private void begin(String requestId) {
    size = 0;
    plain = 0;
    write(BEGIN);
    write(requestId);
  }

  private void header(CharSequence name, String value) {
    write(LINE);
    write(name);
    write(SEPARATOR);
    write(value);
  }

  private void write(byte[] text) {
    System.arraycopy(text, 0, bytes, size, text.length);
    size += text.length;
  }

  private void write(CharSequence text) {
    int length = text.length();
    int all = 0;
    for (int i = 0; i < length; i++) {
      char sign = text.charAt(i);
      all |= (sign - ' ') | ('~' - sign);
      bytes[size + i] = (byte) sign;
    }
    plain |= all;
    size += length;
  }
}
