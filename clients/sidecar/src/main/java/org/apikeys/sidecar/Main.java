package org.apikeys.sidecar;

import java.nio.file.Path;
import java.util.concurrent.ExecutionException;

/** Starts a sidecar: {@code java -jar apikeys-sidecar.jar [settings.properties]}. */
public final class Main {
  private static final int MISUSED = 2;

  private Main() {}

  public static void main(String[] arguments) {
    // Vert.x would log by whatever it finds; the platform's own logging is always there
    System.setProperty(
        "vertx.logger-delegate-factory-class-name", "io.vertx.core.logging.JULLogDelegateFactory");
    try {
      if (arguments.length > 1) {
        throw new IllegalArgumentException("one argument at most: a file of settings");
      }
      Settings settings =
          Settings.read(System.getenv(), arguments.length == 0 ? null : Path.of(arguments[0]));
      Sidecar sidecar = Sidecar.start(settings);
      Runtime.getRuntime().addShutdownHook(new Thread(sidecar::close, "stops the sidecar"));
      System.out.println("Answers on http://" + settings.host() + ":" + sidecar.port());
    } catch (IllegalArgumentException e) {
      System.err.println(e.getMessage());
      System.exit(MISUSED);
    } catch (ExecutionException e) {
      System.err.println("The sidecar can't start: " + e.getCause());
      System.exit(1);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
