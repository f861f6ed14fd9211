package org.apikeys.web.client;

import java.net.URI;
import java.time.Duration;
import java.util.Map;
import org.apikeys.web.server.Api;
import org.apikeys.web.server.Ports;
import org.apikeys.web.server.Started;

/** The sample application on an application server of its own. */
final class SampleServer implements AutoCloseable {
  private static final Duration START_LIMIT = Duration.ofMinutes(3);

  private final int port = Ports.free();
  private final Started process;

  SampleServer(ApplicationServer server, Map<String, String> settings) {
    process = server.start(port, settings);
    process.awaitReady(START_LIMIT, () -> api().get("/api/counts").expect(200));
  }

  Api api() {
    return new Api(URI.create("http://127.0.0.1:" + port));
  }

  @Override
  public void close() {
    process.close();
  }
}
