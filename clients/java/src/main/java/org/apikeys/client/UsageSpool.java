package org.apikeys.client;

import jakarta.json.Json;
import jakarta.json.JsonObjectBuilder;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Reports calls in batches. What waits is in a file twice a second, so that a restart of the
 * application or of the server loses no more than half a second of it.
 */
final class UsageSpool implements Runnable {
  private static final long PAUSE_MILLIS = 500;
  private static final int BATCH = 1_000;
  private static final int MOST_WAITING = 200_000;
  private static final int BAD_REQUEST = 400;

  private final Server server;
  private final @Nullable Path file;
  private final Metrics metrics;
  private final Queue<Usage> fresh = new ConcurrentLinkedQueue<>();
  private final AtomicInteger freshSize = new AtomicInteger();
  private final Deque<String> waiting = new ArrayDeque<>();
  private volatile boolean stopped;

  UsageSpool(Server server, @Nullable Path file, Metrics metrics) {
    this.server = server;
    this.file = file;
    this.metrics = metrics;
    if (file != null) {
      restore(file);
    }
  }

  /** A call, as it is reported. */
  record Usage(
      long keyId, Call call, @Nullable Outcome outcome, Instant at, @Nullable String decisionId) {
    String json() {
      JsonObjectBuilder json = Json.createObjectBuilder().add("key_id", "key-" + keyId);
      if (decisionId == null) {
        json.add("leased", true).add("at", at.toString());
      } else {
        json.add("decision_id", decisionId);
      }
      if (call.endpoint() != null) {
        json.add("endpoint", call.endpoint());
      }
      if (call.method() != null) {
        json.add("method", call.method());
      }
      if (call.ip() != null) {
        json.add("ip", call.ip());
      }
      json.add("bytes_in", call.bytesIn());
      if (outcome != null) {
        json.add("status_code", outcome.status())
            .add("response_time", BigDecimal.valueOf(outcome.took().toNanos() / 1_000, 6))
            .add("bytes_out", outcome.bytesOut());
      }
      return json.build().toString();
    }
  }

  void add(Usage usage) {
    if (freshSize.incrementAndGet() > MOST_WAITING) {
      freshSize.decrementAndGet();
      metrics.droppedReports.increment();
      return;
    }
    fresh.add(usage);
  }

  void stop() {
    stopped = true;
  }

  @Override
  public void run() {
    while (!stopped) {
      flush();
      try {
        Thread.sleep(PAUSE_MILLIS);
      } catch (InterruptedException e) {
        break;
      }
    }
  }

  /** Writes down what is new, and sends what waits. */
  synchronized void flush() {
    collect();
    try {
      while (!waiting.isEmpty()) {
        List<String> batch = waiting.stream().limit(BATCH).toList();
        send(batch);
        for (int i = 0; i < batch.size(); i++) {
          waiting.removeFirst();
        }
        write(new ArrayList<>(waiting), StandardOpenOption.TRUNCATE_EXISTING);
      }
    } catch (IOException e) {
      // they wait for the next time
      metrics.failures.increment();
    }
  }

  private void send(List<String> batch) throws IOException {
    try {
      int rejected = server.report(String.join(",", batch));
      metrics.rejectedReports.add(rejected);
      metrics.reported.add(batch.size() - rejected);
    } catch (RefusedException e) {
      if (e.status() != BAD_REQUEST) {
        throw e;
      }
      // it would be refused for ever, and nothing behind it be sent
      metrics.rejectedReports.add(batch.size());
    }
  }

  private void collect() {
    List<String> lines = new ArrayList<>();
    for (Usage usage = fresh.poll(); usage != null; usage = fresh.poll()) {
      freshSize.decrementAndGet();
      if (waiting.size() + lines.size() < MOST_WAITING) {
        lines.add(usage.json());
      } else {
        metrics.droppedReports.increment();
      }
    }
    if (!lines.isEmpty()) {
      waiting.addAll(lines);
      write(lines, StandardOpenOption.APPEND);
    }
  }

  private void write(List<String> lines, StandardOpenOption how) {
    if (file == null) {
      return;
    }
    try {
      Files.write(
          file,
          lines,
          StandardCharsets.UTF_8,
          StandardOpenOption.CREATE,
          StandardOpenOption.WRITE,
          how);
    } catch (IOException e) {
      metrics.failures.increment();
    }
  }

  private void restore(Path from) {
    try {
      Path folder = from.toAbsolutePath().getParent();
      if (folder != null) {
        Files.createDirectories(folder);
      }
      if (Files.exists(from)) {
        Files.readAllLines(from).stream()
            .filter(line -> line.startsWith("{") && line.endsWith("}"))
            .limit(MOST_WAITING)
            .forEach(waiting::add);
      }
    } catch (IOException e) {
      throw new IllegalArgumentException("the spool file can't be read: " + from, e);
    }
  }
}
