package org.apikeys.backup;

import java.io.IOException;
import java.io.OutputStream;
import java.security.GeneralSecurityException;
import javax.crypto.Cipher;

/**
 * Encrypts what is written, chunk by chunk. Only {@link #finish} makes it whole: one that was left
 * off is refused when it is read.
 */
final class SealedOutput extends OutputStream {
  private final OutputStream out;
  private final Seal seal;
  private final byte[] chunk = new byte[Seal.CHUNK];
  private int length;
  private int number;

  SealedOutput(OutputStream out, Seal seal) throws IOException {
    this.out = out;
    this.seal = seal;
    out.write(seal.header());
  }

  @Override
  public void write(int one) throws IOException {
    write(new byte[] {(byte) one}, 0, 1);
  }

  @Override
  public void write(byte[] bytes, int offset, int count) throws IOException {
    int from = offset;
    int left = count;
    while (left > 0) {
      if (length == chunk.length) {
        put(false);
      }
      int taken = Math.min(left, chunk.length - length);
      System.arraycopy(bytes, from, chunk, length, taken);
      length += taken;
      from += taken;
      left -= taken;
    }
  }

  /** Writes the last chunk. */
  void finish() throws IOException {
    put(true);
    out.flush();
  }

  private void put(boolean last) throws IOException {
    if (number == Integer.MAX_VALUE) {
      throw new IOException("a backup has at most 128 TiB");
    }
    try {
      out.write(seal.crypt(Cipher.ENCRYPT_MODE, chunk, length, number, last));
    } catch (GeneralSecurityException e) {
      throw new IOException("a chunk can't be encrypted", e);
    }
    number++;
    length = 0;
  }
}
