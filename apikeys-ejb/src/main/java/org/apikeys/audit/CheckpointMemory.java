package org.apikeys.audit;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import org.apikeys.setting.Settings;
import org.jspecify.annotations.Nullable;

/**
 * The last checkpoint that this node signed, in a file beside the key and outside of the database:
 * who brings an older database back does not make the log forget.
 */
@ApplicationScoped
class CheckpointMemory {
  private final Path file;
  private @Nullable String last;

  @Inject
  CheckpointMemory(Settings settings) {
    file = settings.keyFile("audit").resolveSibling("audit.checkpoint");
  }

  @SuppressWarnings("NullAway")
  protected CheckpointMemory() {
    file = null;
  }

  /** The note as it was signed. */
  synchronized Optional<String> last() {
    if (last == null && Files.exists(file)) {
      try {
        last = Files.readString(file);
      } catch (IOException e) {
        throw new UncheckedIOException("the last checkpoint can't be read from " + file, e);
      }
    }
    return Optional.ofNullable(last);
  }

  /** Keeps it, on the disk when this returns. */
  synchronized void remember(String note) {
    Path draft = file.resolveSibling(file.getFileName() + ".new");
    try {
      try (FileChannel channel =
          FileChannel.open(
              draft,
              StandardOpenOption.CREATE,
              StandardOpenOption.TRUNCATE_EXISTING,
              StandardOpenOption.WRITE)) {
        ByteBuffer bytes = ByteBuffer.wrap(note.getBytes(StandardCharsets.UTF_8));
        while (bytes.hasRemaining()) {
          channel.write(bytes);
        }
        channel.force(true);
      }
      Files.move(draft, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      throw new UncheckedIOException("the checkpoint can't be kept in " + file, e);
    }
    last = note;
  }
}
