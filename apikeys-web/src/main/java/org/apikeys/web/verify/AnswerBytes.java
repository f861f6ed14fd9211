package org.apikeys.web.verify;

import java.io.IOException;
import java.io.OutputStream;
import java.util.Arrays;
import org.apikeys.hot.Rendered;

/** The bytes of an answer, gathered in an array that its thread keeps. */
final class AnswerBytes {
  private static final int MOST_OF_ONE_NUMBER = 20;

  // an array and not one of these: the server's threads outlive the application
  private static final ThreadLocal<byte[]> KEPT = ThreadLocal.withInitial(() -> new byte[4_096]);

  private byte[] bytes = KEPT.get();
  private int length;

  /** Appends text of ASCII characters. */
  AnswerBytes ascii(String text) {
    int more = text.length();
    reserve(more);
    for (int i = 0; i < more; i++) {
      bytes[length + i] = (byte) text.charAt(i);
    }
    length += more;
    return this;
  }

  AnswerBytes ascii(char character) {
    reserve(1);
    bytes[length++] = (byte) character;
    return this;
  }

  AnswerBytes number(long value) {
    if (value < 0) {
      return ascii(Long.toString(value));
    }
    reserve(MOST_OF_ONE_NUMBER);
    int end = length;
    long rest = value;
    do {
      end++;
      rest /= 10;
    } while (rest > 0);
    length = end;
    rest = value;
    do {
      bytes[--end] = (byte) ('0' + rest % 10);
      rest /= 10;
    } while (rest > 0);
    return this;
  }

  AnswerBytes rendered(Rendered text) {
    reserve(text.length());
    text.copyTo(bytes, length);
    length += text.length();
    return this;
  }

  private void reserve(int more) {
    if (bytes.length - length < more) {
      bytes = Arrays.copyOf(bytes, Math.max(2 * bytes.length, length + more));
    }
  }

  int length() {
    return length;
  }

  void writeTo(OutputStream out) throws IOException {
    out.write(bytes, 0, length);
  }
}
