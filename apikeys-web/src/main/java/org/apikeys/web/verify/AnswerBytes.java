package org.apikeys.web.verify;

import java.io.IOException;
import java.io.OutputStream;
import java.util.Arrays;
import org.apikeys.hot.Digits;
import org.apikeys.hot.Rendered;
import org.apikeys.key.KeySnapshot;

/** The bytes of an answer, gathered in an array that its thread keeps. */
final class AnswerBytes {
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
    reserve(Digits.MOST);
    length = Digits.write(bytes, length, value);
    return this;
  }

  AnswerBytes rendered(Rendered text) {
    reserve(text.length());
    length = text.copyTo(bytes, length);
    return this;
  }

  AnswerBytes key(KeySnapshot key) {
    reserve(key.mostShown());
    length = key.showIn(bytes, length);
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
