package org.apikeys.audit;

import com.fasterxml.jackson.core.JsonProcessingException;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.List;
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
    // behind what a full disk has cut off a line begins anew
    String begin = endsInTheMiddle() ? "\n" : "";
    byte[] bytes = (begin + line + "\n").getBytes(StandardCharsets.UTF_8);
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

  private boolean endsInTheMiddle() throws IOException {
    if (!Files.exists(file) || Files.size(file) == 0) {
      return false;
    }
    try (RandomAccessFile in = new RandomAccessFile(file.toFile(), "r")) {
      in.seek(in.length() - 1);
      return in.read() != '\n';
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
    List<String> lines = text.substring(0, text.lastIndexOf('\n') + 1).lines().toList();
    if (lines.isEmpty()) {
      return Optional.empty();
    }
    for (int i = lines.size() - 1; i >= 0; i--) {
      Optional<String> checkpoint = checkpoint(lines.get(i));
      if (checkpoint.isPresent()) {
        return checkpoint;
      }
    }
    throw new IOException("no line of it is a checkpoint");
  }

  /** Empty for what a full disk has left of a line. */
  private static Optional<String> checkpoint(String line) {
    try {
      return Optional.ofNullable(Json.MAPPER.readTree(line).path("checkpoint").textValue());
    } catch (JsonProcessingException e) {
      return Optional.empty();
    }
  }
}
