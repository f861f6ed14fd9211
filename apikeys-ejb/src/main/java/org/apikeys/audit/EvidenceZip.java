package org.apikeys.audit;

import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.HexFormat;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/** A ZIP that notes the SHA-256 of each entry while it is written. */
final class EvidenceZip {
  private final ZipOutputStream zip;
  private final StringBuilder hashes = new StringBuilder();
  private MessageDigest digest = sha256();

  EvidenceZip(OutputStream out) {
    zip = new ZipOutputStream(out, StandardCharsets.UTF_8);
  }

  /** Begins an entry; what is written goes into it until {@link #close}. */
  OutputStream entry(String name) throws IOException {
    zip.putNextEntry(new ZipEntry(name));
    digest = sha256();
    return new FilterOutputStream(zip) {
      @Override
      public void write(int b) throws IOException {
        digest.update((byte) b);
        zip.write(b);
      }

      @Override
      public void write(byte[] bytes, int offset, int length) throws IOException {
        digest.update(bytes, offset, length);
        zip.write(bytes, offset, length);
      }

      @Override
      public void close() {
        // the entry ends, and not the file
      }
    };
  }

  void close(String name) throws IOException {
    zip.closeEntry();
    byte[] hash = digest.digest();
    hashes
        .append(name)
        .append(' ')
        .append(Base64.getEncoder().encodeToString(hash))
        .append(' ')
        .append(HexFormat.of().formatHex(hash))
        .append('\n');
  }

  void add(String name, String text) throws IOException {
    entry(name).write(text.getBytes(StandardCharsets.UTF_8));
    close(name);
  }

  /** A line {@code <name> <base64> <hex>} for each entry so far. */
  String hashes() {
    return hashes.toString();
  }

  /** Writes the last entry and the end of the file. */
  void finish(String name, String text) throws IOException {
    add(name, text);
    zip.finish();
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("the platform has no SHA-256", e);
    }
  }
}
