package org.apikeys.audit;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.Optional;
import org.apikeys.api.audit.Checkpoint;
import org.apikeys.store.Json;

/**
 * A file that is only appended to, a line of JSON for each checkpoint: on a file system that lets
 * nobody change what was written, or that somebody else owns.
 */
final class FileAnchor implements Anchor {
  /** A note is far shorter; signatures of 100 keys would still fit. */
  private static final int LONGEST_LINE = 64 * 1024;

  private final Path file;

  FileAnchor(Path file) {
    this.file = file;
  }

  @Override
  public String name() {
    return "file " + file;
  }

  @Override
  public void put(Checkpoint checkpoint, String note, Instant now) throws IOException {
    var line = Json.MAPPER.createObjectNode();
    line.put("at", now.toString()).put("size", checkpoint.size()).put("checkpoint", note);
    byte[] bytes = (line + "\n").getBytes(StandardCharsets.UTF_8);
    try (FileChannel channel =
        FileChannel.open(
            file, StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.APPEND)) {
      ByteBuffer rest = ByteBuffer.wrap(bytes);
      while (rest.hasRemaining()) {
        channel.write(rest);
      }
      channel.force(true);
    }
  }

  @Override
  public Optional<String> last() throws IOException {
    if (!Files.exists(file)) {
      return Optional.empty();
    }
    byte[] end;
    try (RandomAccessFile in = new RandomAccessFile(file.toFile(), "r")) {
      in.seek(Math.max(0, in.length() - LONGEST_LINE));
      end = new byte[(int) (in.length() - in.getFilePointer())];
      in.readFully(end);
    }
    // a line without its end is one that a crash cut off
    String text = new String(end, StandardCharsets.UTF_8);
    text = text.substring(0, text.lastIndexOf('\n') + 1).stripTrailing();
    if (text.isEmpty()) {
      return Optional.empty();
    }
    JsonNode line = Json.read(text.substring(text.lastIndexOf('\n') + 1), JsonNode.class);
    return Optional.of(line.path("checkpoint").asText());
  }
}
