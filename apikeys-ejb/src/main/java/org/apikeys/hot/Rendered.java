package org.apikeys.hot;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

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

  /**
   * Copies it into an answer, from an index on.
   *
   * @return the index after it
   */
  public int copyTo(byte[] answer, int index) {
    System.arraycopy(bytes, 0, answer, index, bytes.length);
    return index + bytes.length;
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Rendered that && Arrays.equals(bytes, that.bytes);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(bytes);
  }

  @Override
  public String toString() {
    return new String(bytes, StandardCharsets.UTF_8);
  }
}
