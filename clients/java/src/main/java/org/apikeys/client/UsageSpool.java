package org.apikeys.client;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Reports calls in batches. Each batch is a file twice a second, named by its id, so that a restart
 * of the application or of the server loses no more than half a second; and since the server takes
 * a batch of the same id once, one whose answer was lost is sent again and not counted again.
 */
final class UsageSpool implements Runnable {
  private static final long PAUSE_MILLIS = 500;
  private static final int BATCH = 1_000;
  private static final int MOST_IN_MEMORY = 200_000;
  private static final int MOST_IN_FILES = 5_000_000;
  private static final String FILE = ".json";

  /** What would be refused for ever, and keep what is behind it from being sent. */
  private static final Set<Integer> HOPELESS = Set.of(400, 413, 422);

  private final Server server;
  private final @Nullable Path folder;
  private final Metrics metrics;
  private final Queue<Usage> fresh = new ConcurrentLinkedQueue<>();
  private final AtomicInteger freshSize = new AtomicInteger();
  private final Deque<Batch> waiting = new ArrayDeque<>();
  private int waitingSize;
  private volatile boolean stopped;

  UsageSpool(Server server, @Nullable Path folder, Metrics metrics) {
    this.server = server;
    this.folder = folder;
    this.metrics = metrics;
    if (folder != null) {
      restore(folder);
    }
  }

  /** A call, as it is reported. */
  record Usage(
      long keyId, Call call, @Nullable Outcome outcome, Instant at, @Nullable String decisionId) {
    String json() {
      StringBuilder json = new StringBuilder(200).append("{\"key_id\":").append(keyId);
      if (decisionId == null) {
        json.append(",\"leased\":true");
        text(json, "at", at.toString());
      } else {
        text(json, "decision_id", decisionId);
      }
      text(json, "endpoint", call.endpoint());
      text(json, "method", call.method());
      text(json, "ip", call.ip());
      json.append(",\"bytes_in\":").append(call.bytesIn());
      if (outcome != null) {
        long micros = outcome.took().toNanos() / 1_000;
        json.append(",\"status_code\":").append(outcome.status());
        json.append(",\"response_time\":").append(micros / 1_000_000).append('.');
        String fraction = Long.toString(micros % 1_000_000);
        json.append("0".repeat(6 - fraction.length())).append(fraction);
        json.append(",\"bytes_out\":").append(outcome.bytesOut());
      }
      return json.append('}').toString();
    }

    private static void text(StringBuilder json, String name, @Nullable String value) {
      if (value == null) {
        return;
      }
      json.append(",\"").append(name).append("\":\"");
      for (int i = 0; i < value.length(); i++) {
        char character = value.charAt(i);
        if (character == '"' || character == '\\') {
          json.append('\\').append(character);
        } else if (character < ' ' || character > '~') {
          json.append(String.format("\\u%04x", (int) character));
        } else {
          json.append(character);
        }
      }
      json.append('"');
    }
  }

  /**
   * Calls that are reported together.
   *
   * @param records as JSON, one a line; null when they are in a file of this id
   */
  private record Batch(String id, int size, @Nullable String records) {}

  void add(Usage usage) {
    if (freshSize.incrementAndGet() > MOST_IN_MEMORY) {
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
    try {
      collect();
      for (Batch batch = waiting.peek(); batch != null; batch = waiting.peek()) {
        send(batch);
        waiting.remove();
        waitingSize -= batch.size();
        if (folder != null) {
          Files.deleteIfExists(folder.resolve(batch.id() + FILE));
        }
        collect();
      }
    } catch (IOException e) {
      // they wait for the next time
      metrics.failures.increment();
    }
  }

  private void send(Batch batch) throws IOException {
    String records =
        batch.records() == null && folder != null
            ? Files.readString(folder.resolve(batch.id() + FILE))
            : batch.records();
    try {
      int rejected = server.report(batch.id(), String.valueOf(records));
      metrics.rejectedReports.add(rejected);
      metrics.reported.add(batch.size() - rejected);
    } catch (RefusedException e) {
      if (!HOPELESS.contains(e.status())) {
        throw e;
      }
      metrics.rejectedReports.add(batch.size());
    }
  }

  private void collect() {
    List<String> records = new ArrayList<>();
    for (Usage usage = fresh.poll(); usage != null; usage = fresh.poll()) {
      freshSize.decrementAndGet();
      if (waitingSize + records.size() >= (folder == null ? MOST_IN_MEMORY : MOST_IN_FILES)) {
        metrics.droppedReports.increment();
        continue;
      }
      records.add(usage.json());
      if (records.size() == BATCH) {
        close(records);
        records.clear();
      }
    }
    if (!records.isEmpty()) {
      close(records);
    }
  }

  private void close(List<String> records) {
    // names in the order of time, so that the oldest is sent first after a restart too
    String id = String.format("%013d-%s", System.currentTimeMillis(), UUID.randomUUID());
    String text = String.join(",\n", records);
    boolean written = folder != null && write(folder, id, text);
    waiting.add(new Batch(id, records.size(), written ? null : text));
    waitingSize += records.size();
  }

  /** A file has its name when it is whole. */
  private boolean write(Path folder, String id, String text) {
    try {
      Path part = folder.resolve(id + ".part");
      Files.writeString(part, text);
      Files.move(part, folder.resolve(id + FILE), StandardCopyOption.ATOMIC_MOVE);
      return true;
    } catch (IOException e) {
      metrics.failures.increment();
      return false;
    }
  }

  private void restore(Path from) {
    try {
      Files.createDirectories(from);
      try (Stream<Path> files = Files.list(from)) {
        for (Path file : files.sorted().toList()) {
          String name = file.getFileName() + "";
          if (name.endsWith(FILE)) {
            int size = Files.readAllLines(file).size();
            waiting.add(new Batch(name.substring(0, name.length() - FILE.length()), size, null));
            waitingSize += size;
          }
        }
      }
    } catch (IOException e) {
      throw new IllegalArgumentException("the spool folder can't be read: " + from, e);
    }
  }
}
