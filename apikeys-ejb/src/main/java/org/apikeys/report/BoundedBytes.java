package org.apikeys.report;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;

/** Bytes in memory, up to a limit. */
final class BoundedBytes extends OutputStream {
  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
  private final long most;
  private boolean exceeded;

  BoundedBytes(long most) {
    this.most = most;
  }

  /** More was written than may be. */
  static final class TooLargeException extends IOException {
    private static final long serialVersionUID = 1L;

    TooLargeException(long most) {
      super("more than " + most + " bytes");
    }
  }

  @Override
  public void write(int one) throws IOException {
    require(1);
    bytes.write(one);
  }

  @Override
  public void write(byte[] some, int offset, int length) throws IOException {
    require(length);
    bytes.write(some, offset, length);
  }

  private void require(int more) throws IOException {
    if (bytes.size() + (long) more > most) {
      exceeded = true;
      throw new TooLargeException(most);
    }
  }

  /** Whether more was written than may be; some who write wrap the exception that says so. */
  boolean isExceeded() {
    return exceeded;
  }

  byte[] toByteArray() {
    return bytes.toByteArray();
  }
}
