package org.apikeys.hot;

import java.nio.charset.StandardCharsets;

/** Text that is written into many answers, encoded once (UTF-8). */
public final class Rendered {
  private final byte[] bytes;

  public Rendered(String text) {
    bytes = text.getBytes(StandardCharsets.UTF_8);
  }

  /** How many bytes it has. */
  public int length() {
    return bytes.length;
  }

  /** Copies it into an answer, from an index on. */
  public void copyTo(byte[] answer, int index) {
    System.arraycopy(bytes, 0, answer, index, bytes.length);
  }

  @Override
  public String toString() {
    return new String(bytes, StandardCharsets.UTF_8);
  }
}
