package org.apikeys.web.fault;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.apikeys.web.server.Command;

/** A small file system of its own (tmpfs), which a test can fill and empty. Linux, as root. */
final class Disk implements AutoCloseable {
  private static final int PIECE = 4096;

  private final Path folder;
  private final Path ballast;

  private Disk(Path folder) {
    this.folder = folder;
    ballast = folder.resolve("ballast");
  }

  /** Why there can be none here; empty when there can. */
  static Optional<String> whyNot() {
    try (Disk probe = mount(Path.of("target", "disk-probe").toAbsolutePath(), 1)) {
      return probe.folder().toFile().isDirectory() ? Optional.empty() : Optional.of("no folder");
    } catch (IllegalStateException | UncheckedIOException e) {
      return Optional.of("no file system can be mounted here (Linux, root): " + e.getMessage());
    }
  }

  static Disk mount(Path folder, int megabytes) {
    try {
      Files.createDirectories(folder);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    Command.run(
        "mount", "-t", "tmpfs", "-o", "size=" + megabytes + "m", "apikeys", folder.toString());
    return new Disk(folder);
  }

  Path folder() {
    return folder;
  }

  /** Leaves no byte free. */
  void fill() {
    byte[] piece = new byte[PIECE];
    try (OutputStream out = Files.newOutputStream(ballast)) {
      while (true) {
        out.write(piece);
      }
    } catch (IOException e) {
      if (free() > 0) {
        throw new UncheckedIOException(e);
      }
    }
  }

  /** The room that is left, in bytes. */
  long free() {
    try {
      return Files.getFileStore(folder).getUsableSpace();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Gives the room back. */
  void empty() {
    try {
      Files.deleteIfExists(ballast);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    Command.run("umount", "-l", folder.toString());
  }
}
