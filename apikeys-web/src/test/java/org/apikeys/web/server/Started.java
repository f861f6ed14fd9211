package org.apikeys.web.server;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * A program beside the server that a test has started, with a folder of its own that holds its
 * output too. It never outlives the tests.
 */
public final class Started implements AutoCloseable {
  private static final long STOP_SECONDS = 30;

  private final Path folder;
  private final ProcessBuilder builder;
  private final Thread killer = new Thread(this::stop, "stops a program that a test left running");
  private Process process;

  private Started(List<String> command, Path folder, Map<String, String> environment) {
    this.folder = folder;
    builder =
        new ProcessBuilder(command)
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .redirectOutput(
                ProcessBuilder.Redirect.appendTo(folder.resolve("output.log").toFile()));
    builder.environment().putAll(environment);
    process = launch();
    Runtime.getRuntime().addShutdownHook(killer);
  }

  /** Starts it. */
  public static Started in(Path folder, List<String> command, Map<String, String> environment) {
    try {
      Files.createDirectories(folder);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return new Started(command, folder, environment);
  }

  /** The Java that runs the tests. */
  public static String java() {
    return ProcessHandle.current().info().command().orElse("java");
  }

  /**
   * Waits until it answers.
   *
   * @param ask fails while it does not answer rightly
   */
  public void awaitReady(Duration limit, Runnable ask) {
    Eventually.within(
        limit,
        () -> {
          if (!process.isAlive()) {
            throw new IllegalStateException("it has died\n" + output());
          }
          try {
            ask.run();
          } catch (UncheckedIOException e) {
            throw new AssertionError("not listening yet\n" + output(), e);
          }
        });
  }

  /** All that it has written. */
  public String output() {
    try {
      return Files.readString(folder.resolve("output.log"));
    } catch (IOException e) {
      return "no output: " + e;
    }
  }

  /** Ends it (SIGTERM), and starts another in the same folder. */
  public void restart() {
    stop();
    process = launch();
  }

  private Process launch() {
    try {
      return builder.start();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void stop() {
    process.destroy();
    try {
      if (!process.waitFor(STOP_SECONDS, TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void close() {
    stop();
    try {
      Runtime.getRuntime().removeShutdownHook(killer);
    } catch (IllegalStateException e) {
      // the hook itself runs already
      return;
    }
  }
}
