package org.apikeys.client;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** A server that grants every call, lends what it is asked for, and says what a test tells it. */
final class FakeServer implements AutoCloseable {
  private final HttpServer http;
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final BlockingQueue<String> events = new LinkedBlockingQueue<>();
  final AtomicInteger asked = new AtomicInteger();

  /** How many calls it was asked to lend, by turns. */
  final List<Integer> lent = new CopyOnWriteArrayList<>();

  final List<String> reports = new CopyOnWriteArrayList<>();
  final List<String> reportIds = new CopyOnWriteArrayList<>();

  /** Whether it takes reports and breaks the connection before it has said so. */
  volatile boolean losesReports;

  /** What its key looks at, as it stands in JSON. */
  volatile String variesBy = "\"ip\",\"referrer\"";

  volatile int status = 200;
  volatile boolean silent;

  /** What is left of the limit of its key; negative for a key without one. */
  volatile int remaining = -1;

  /** How many calls it lends for each that it is asked for. */
  volatile int generosity = 1;

  /** For how long it lends. */
  volatile Duration lentFor = Duration.ofSeconds(60);

  FakeServer() {
    try {
      http = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    http.createContext("/api/v1/api-keys/verify", this::verify);
    http.createContext("/api/v1/usage", this::usage);
    http.createContext("/api/v1/revocations", this::revocations);
    http.setExecutor(threads);
    http.start();
  }

  URI uri() {
    return URI.create("http://127.0.0.1:" + http.getAddress().getPort());
  }

  /** Tells those who listen. */
  void tell(String event, String data) {
    events.add("event: " + event + "\ndata: " + data + "\n\n");
  }

  private void verify(HttpExchange exchange) throws IOException {
    asked.incrementAndGet();
    String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
    int lease = Integer.parseInt(body.replaceAll(".*\"lease\":(\\d+).*", "$1"));
    lent.add(lease);
    String until = Instant.now().plus(lentFor).toString();
    answer(
        exchange,
        status,
        "{\"valid\":true,\"code\":\"VALID\",\"status\":200,\"decision_id\":\"d1\",\"key\":{\"id\":7,"
            + "\"key_id\":\"key-7\",\"name\":\"n\",\"organization_id\":1,\"owner\":\"o\","
            + "\"environment\":\"production\",\"scopes\":[\"agents:read\"],\"metadata\":{},"
            + "\"expires_at\":null},\"rate_limit\":"
            + (remaining < 0
                ? "null"
                : "{\"limit\":1000,\"remaining\":"
                    + remaining
                    + ",\"reset_at\":\""
                    + until
                    + "\",\"window\":\"PT1M\"}")
            + ",\"credits\":null,\"lease\":"
            + (lease == 0
                ? "null"
                : "{\"calls\":"
                    + lease * generosity
                    + ",\"until\":\""
                    + until
                    + "\",\"payload_bytes\":100}")
            + ",\"terms\":{\"limits\":[],\"retry_after\":null,\"varies_by\":["
            + variesBy
            + "]}}");
  }

  private void usage(HttpExchange exchange) throws IOException {
    String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
    if (status == 200) {
      reports.add(body);
      reportIds.add(exchange.getRequestHeaders().getFirst("Idempotency-Key"));
    }
    if (losesReports) {
      exchange.close();
      return;
    }
    answer(exchange, status == 200 ? 202 : status, "{\"accepted\":1,\"rejected\":[]}");
  }

  private void revocations(HttpExchange exchange) throws IOException {
    exchange.sendResponseHeaders(200, 0);
    try (OutputStream out = exchange.getResponseBody()) {
      while (true) {
        String event = events.poll(100, TimeUnit.MILLISECONDS);
        if (!silent) {
          out.write((event == null ? ": alive\n\n" : event).getBytes(StandardCharsets.UTF_8));
          out.flush();
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static void answer(HttpExchange exchange, int status, String json) throws IOException {
    byte[] body = json.getBytes(StandardCharsets.UTF_8);
    exchange.sendResponseHeaders(status, body.length);
    exchange.getResponseBody().write(body);
    exchange.close();
  }

  @Override
  public void close() {
    http.stop(0);
    threads.shutdownNow();
  }
}
