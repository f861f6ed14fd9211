package org.apikeys.web.fault;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.stream.Stream;
import org.apikeys.web.server.RunningServer;
import org.apikeys.web.server.Unique;

/**
 * The clock that libfaketime (Debian's package {@code faketime}) shows to a server, which can be
 * set while it runs. Stopwatches and pauses are the machine's.
 */
final class ServerClock {
  private static final String LIBRARY = "faketime/libfaketimeMT.so.1";

  private final Path file = Path.of("target", Unique.name("clock")).toAbsolutePath();
  private Duration ahead = Duration.ZERO;

  /** Shows this beside the machine's until it is set. */
  ServerClock(Duration ahead) {
    set(ahead);
  }

  private static Optional<Path> library() {
    try (Stream<Path> found =
        Files.find(Path.of("/usr/lib"), 3, (path, attributes) -> path.endsWith(LIBRARY))) {
      return found.findFirst();
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  /** Why no clock can be set here, if so. */
  static Optional<String> whyNot() {
    return library().isPresent()
        ? Optional.empty()
        : Optional.of("there is no libfaketime: apt-get install faketime");
  }

  /** Lets a server that is to be started go by it. */
  RunningServer.Builder shownTo(RunningServer.Builder server) {
    return server
        .setting("LD_PRELOAD", library().orElseThrow().toString())
        .setting("FAKETIME_TIMESTAMP_FILE", file.toString())
        .setting("FAKETIME_CACHE_DURATION", "1")
        .setting("FAKETIME_DONT_FAKE_MONOTONIC", "1")
        // without this, no thread of a Java virtual machine ever waits
        .setting("FAKETIME_FORCE_MONOTONIC_FIX", "0")
        .setting("NO_FAKE_STAT", "1");
  }

  /** Sets it so far ahead of the machine's; the server reads it within a second. */
  void set(Duration by) {
    try {
      Path next = Files.writeString(file.resolveSibling(file.getFileName() + ".next"), text(by));
      Files.move(next, file, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    ahead = by;
  }

  private static String text(Duration by) {
    return (by.isNegative() ? "" : "+") + by.toSeconds() + "\n";
  }

  Instant now() {
    return Instant.now().plus(ahead);
  }
}
