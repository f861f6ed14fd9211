package org.apikeys.web.console;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.zip.Deflater;
import java.util.zip.GZIPOutputStream;

/** A file as it is sent. */
final class ConsoleFile {
  private final String type;
  private final String tag;
  private final byte[] plain;
  private final byte[] compressed;

  private ConsoleFile(String type, byte[] content) {
    this.type = type;
    this.tag = ConsoleTree.hash(content);
    this.plain = content;
    this.compressed = compress(content);
  }

  static ConsoleFile of(String type, byte[] content) {
    return new ConsoleFile(type, content);
  }

  /** By DEFLATE in a GZIP wrapper (RFC 1952), as small as it gets: it is done once. */
  private static byte[] compress(byte[] content) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(content.length / 3 + 64);
    try (GZIPOutputStream out =
        new GZIPOutputStream(bytes) {
          {
            def.setLevel(Deflater.BEST_COMPRESSION);
          }
        }) {
      out.write(content);
    } catch (IOException e) {
      throw new IllegalStateException("memory can't be written", e);
    }
    return bytes.toByteArray();
  }

  /** Its media type. */
  String type() {
    return type;
  }

  /** An opaque name of this content, for {@code ETag}. */
  String tag() {
    return tag;
  }

  /** Its bytes, for the socket alone: they are not copied. */
  byte[] bytes(boolean gzip) {
    return gzip ? compressed : plain;
  }
}
