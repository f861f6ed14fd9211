package org.apikeys.client;

import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayDeque;
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
  private static final long PAUSE_NANOS = PAUSE_MILLIS * 1_000_000;
  private static final int MOST_IN_MEMORY = 200_000;
  private static final int MOST_IN_FILES = 5_000_000;
  private static final String FILE = ".json";
  private static final int TAKEN = 202;

  /** What would be refused for ever, and keep what is behind it from being sent. */
  private static final Set<Integer> HOPELESS = Set.of(400, 413, 422);

  private final Server server;
  private final @Nullable Path folder;
  private final Metrics metrics;
  private final Queue<Usage> fresh = new ConcurrentLinkedQueue<>();
  private final AtomicInteger freshSize = new AtomicInteger();
  private final Deque<Batch> waiting = new ArrayDeque<>();
  private int waitingSize;
  private long collectedNanos;
  private volatile boolean stopped;

  UsageSpool(Server server, @Nullable Path folder, Metrics metrics) {
    this.server = server;
    this.folder = folder;
    this.metrics = metrics;
    if (folder != null) {
      restore(folder);
    }
  }

  /**
   * Calls that are reported together.
   *
   * @param size how many calls
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
        if (System.nanoTime() - collectedNanos > PAUSE_NANOS) {
          collect();
        }
      }
    } catch (IOException e) {
      // they wait for the next time
      metrics.failures.increment();
    }
  }

  private void send(Batch batch) throws IOException {
    String records;
    try {
      records =
          batch.records() == null && folder != null
              ? Files.readString(folder.resolve(batch.id() + FILE))
              : String.valueOf(batch.records());
    } catch (NoSuchFileException | CharacterCodingException e) {
      // somebody has deleted or spoilt it: it must not keep those behind it from being sent
      metrics.droppedReports.add(batch.size());
      return;
    }
    try {
      int rejected = 0;
      int[] refused = server.report(batch.id(), records);
      server.isRefusing(Server.USAGE, TAKEN);
      if (refused.length > 0) {
        List<String> all = UsageRecords.split(records);
        for (int index : refused) {
          rejected += UsageRecords.calls(all.get(index));
        }
      }
      metrics.rejectedReports.add(rejected);
      metrics.reported.add(batch.size() - rejected);
    } catch (RefusedException e) {
      if (!HOPELESS.contains(e.status())) {
        server.isRefusing(Server.USAGE, e.status());
        throw e;
      }
      metrics.rejectedReports.add(batch.size());
    }
  }

  private void collect() {
    collectedNanos = System.nanoTime();
    UsageRecords records = new UsageRecords();
    for (Usage usage = fresh.poll(); usage != null; usage = fresh.poll()) {
      freshSize.decrementAndGet();
      if (waitingSize + records.size() >= (folder == null ? MOST_IN_MEMORY : MOST_IN_FILES)) {
        metrics.droppedReports.increment();
      } else {
        records.add(usage);
      }
    }
    records.batches().forEach(this::close);
  }

  private void close(UsageRecords.Batch batch) {
    // names in the order of time, so that the oldest is sent first after a restart too
    String id = String.format("%013d-%s", System.currentTimeMillis(), UUID.randomUUID());
    boolean written = folder != null && write(folder, id, batch.json());
    waiting.add(new Batch(id, batch.calls(), written ? null : batch.json()));
    waitingSize += batch.calls();
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
            int size =
                UsageRecords.split(Files.readString(file)).stream()
                    .mapToInt(UsageRecords::calls)
                    .sum();
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
