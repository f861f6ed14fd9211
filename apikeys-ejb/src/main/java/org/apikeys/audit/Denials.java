package org.apikeys.audit;

import jakarta.inject.Inject;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import org.apikeys.api.audit.Action;
import org.apikeys.hot.Direct;
import org.jspecify.annotations.Nullable;

/**
 * Records denials so that a flood can't fill the disk: of one source (address and action) the first
 * ten in a minute have a record each, the rest share one with their exact count. Nothing here
 * touches the store on the path of a call; a second later the records are written together.
 */
@Direct
public class Denials {
  static final int SINGLE_RECORDS = 10;
  private static final int MOST_SOURCES = 10_000;
  private static final int MOST_WAITING = 20_000;
  private static final long MINUTE = 60_000;

  /** Where denials come from; beyond {@link #MOST_SOURCES} they are counted together. */
  private record Source(@Nullable String address, Action action, boolean overflow) {}

  /** What is summed up when there is no room for more. */
  private record Kind(Action action, long organizationId) {}

  /** The denials of a source in one minute. */
  private static final class Tally {
    final long minute;
    long singles;
    long counted;
    AuditEntry last;

    Tally(long minute, AuditEntry first) {
      this.minute = minute;
      last = first;
    }
  }

  private final Map<Source, Tally> tallies = new ConcurrentHashMap<>();
  private final BlockingQueue<AuditEntry> waiting = new ArrayBlockingQueue<>(MOST_WAITING);

  /**
   * What had no room while the store was away: the sums stay exact, only whose they are is lost.
   */
  private final Map<Kind, AuditEntry> unplaced = new ConcurrentHashMap<>();

  private final AuditLog log;
  private final Clock clock;

  @Inject
  public Denials(AuditLog log, Clock clock) {
    this.log = log;
    this.clock = clock;
  }

  /** Notes a denial. */
  public void note(AuditEntry denial) {
    Source source = new Source(denial.caller().ip(), denial.action(), false);
    if (tallies.size() >= MOST_SOURCES && !tallies.containsKey(source)) {
      source = new Source(null, denial.action(), true);
    }
    tallies.compute(source, (key, tally) -> count(tally, denial));
  }

  private Tally count(@Nullable Tally present, AuditEntry denial) {
    long minute = clock.millis() / MINUTE;
    Tally tally = present;
    if (tally == null || tally.minute != minute) {
      if (tally != null) {
        close(tally);
      }
      tally = new Tally(minute, denial);
    }
    tally.last = denial;
    if (tally.singles < SINGLE_RECORDS && waiting.offer(denial)) {
      tally.singles++;
    } else {
      tally.counted++;
    }
    return tally;
  }

  private void close(Tally tally) {
    if (tally.counted > 0) {
      place(tally.last.times(tally.counted));
    }
  }

  private void place(AuditEntry entry) {
    if (!waiting.offer(entry)) {
      unplaced.merge(
          new Kind(entry.action(), entry.organizationId()),
          entry,
          (sum, more) -> more.times(sum.count() + more.count()));
    }
  }

  /** Writes what waits; what can't be written goes on waiting. */
  public void flush() {
    closeMinutesBefore(clock.millis() / MINUTE);
    write();
  }

  /** Writes everything, the present minute's sums too: at a clean stop. */
  public void flushAll() {
    closeMinutesBefore(Long.MAX_VALUE);
    write();
  }

  private void closeMinutesBefore(long minute) {
    for (Source source : tallies.keySet()) {
      tallies.computeIfPresent(
          source,
          (key, tally) -> {
            if (tally.minute < minute) {
              close(tally);
              return null;
            }
            return tally;
          });
    }
  }

  private synchronized void write() {
    List<AuditEntry> entries = new ArrayList<>();
    waiting.drainTo(entries);
    for (Kind kind : List.copyOf(unplaced.keySet())) {
      AuditEntry sum = unplaced.remove(kind);
      if (sum != null) {
        entries.add(sum);
      }
    }
    if (entries.isEmpty()) {
      return;
    }
    try {
      log.recordAlone(entries);
    } catch (RuntimeException e) {
      entries.forEach(this::place);
      throw e;
    }
  }
}
