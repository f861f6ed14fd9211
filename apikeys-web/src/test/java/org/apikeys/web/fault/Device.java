package org.apikeys.web.fault;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.apikeys.web.server.Command;

/**
 * A block device of its own (a file behind a loop device, with ext4 on it) that a test can take
 * away at any moment: from then on each read and each write ends in an I/O error, and what nobody
 * had synchronized is lost, as when its power is cut. Linux, as root, with {@code python3}.
 */
final class Device implements AutoCloseable {
  /** {@code EXT4_IOC_SHUTDOWN} with {@code EXT4_GOING_FLAGS_NOLOGFLUSH}, of Linux's fs/ext4. */
  private static final String SHUT_DOWN =
      """
      import fcntl, os, struct, sys
      request = (2 << 30) | (4 << 16) | (ord('X') << 8) | 125
      fcntl.ioctl(os.open(sys.argv[1], os.O_RDONLY), request, struct.pack('I', 2))
      """;

  private final Path folder;
  private final Path image;

  private Device(Path folder) {
    this.folder = folder;
    image = folder.resolveSibling(folder.getFileName() + ".img");
  }

  /** Why there can be none here; empty when there can. */
  static Optional<String> whyNot() {
    try (Device probe = mount(Path.of("target", "device-probe").toAbsolutePath(), 8)) {
      probe.breakDown();
      return Optional.empty();
    } catch (IllegalStateException | UncheckedIOException e) {
      return Optional.of(
          "no device can be taken away here (Linux, root, ext4, python3): " + e.getMessage());
    }
  }

  static Device mount(Path folder, int megabytes) {
    Device device = new Device(folder);
    try {
      Files.createDirectories(folder);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    Command.run("truncate", "-s", megabytes + "M", device.image.toString());
    Command.run("mkfs.ext4", "-q", "-F", device.image.toString());
    device.mount();
    return device;
  }

  private void mount() {
    Command.run("mount", "-o", "loop", image.toString(), folder.toString());
  }

  Path folder() {
    return folder;
  }

  void breakDown() {
    Command.run("python3", "-c", SHUT_DOWN, folder.toString());
  }

  /** Brings it back as it was when it broke down; nobody may use it any more. */
  void mountAgain() {
    Command.run("umount", folder.toString());
    mount();
  }

  @Override
  public void close() {
    Command.run("umount", "-l", folder.toString());
    try {
      Files.deleteIfExists(image);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
