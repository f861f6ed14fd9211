package org.apikeys.backup;

import java.io.IOException;
import java.io.InputStream;
import java.io.PushbackInputStream;
import java.security.GeneralSecurityException;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import org.apikeys.crypto.Secret;

/** Decrypts what {@link SealedOutput} wrote, and hands out nothing that was changed. */
final class SealedInput extends InputStream {
  private final PushbackInputStream in;
  private final Seal seal;
  private byte[] chunk = new byte[0];
  private int position;
  private int number;
  private boolean last;

  SealedInput(InputStream in, Secret passphrase) throws IOException {
    this.in = new PushbackInputStream(in, 1);
    seal = Seal.read(in.readNBytes(Seal.HEADER), passphrase);
  }

  @Override
  public int read() throws IOException {
    return isAtEnd() ? -1 : chunk[position++] & 0xff;
  }

  @Override
  public int read(byte[] bytes, int offset, int count) throws IOException {
    if (isAtEnd()) {
      return -1;
    }
    int taken = Math.min(count, chunk.length - position);
    System.arraycopy(chunk, position, bytes, offset, taken);
    position += taken;
    return taken;
  }

  @Override
  public int available() {
    return chunk.length - position;
  }

  @Override
  public void close() throws IOException {
    in.close();
  }

  private boolean isAtEnd() throws IOException {
    while (position == chunk.length) {
      if (last) {
        return true;
      }
      next();
    }
    return false;
  }

  private void next() throws IOException {
    byte[] sealed = in.readNBytes(Seal.CHUNK + Seal.TAG);
    int ahead = in.read();
    last = ahead < 0;
    if (!last) {
      in.unread(ahead);
    }
    try {
      // the cipher takes nothing at all for a message of no length
      if (sealed.length < Seal.TAG) {
        throw new AEADBadTagException("a chunk without its tag");
      }
      chunk = seal.crypt(Cipher.DECRYPT_MODE, sealed, sealed.length, number, last);
    } catch (GeneralSecurityException e) {
      throw new BackupRefused(
          "The backup is damaged or was cut off, at or behind byte "
              + (Seal.HEADER + (long) number * (Seal.CHUNK + Seal.TAG))
              + ".",
          e);
    }
    number++;
    position = 0;
  }
}
