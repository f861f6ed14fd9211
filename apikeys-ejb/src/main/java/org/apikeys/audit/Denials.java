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
 * ten in a minute have a record each, the rest share one of each organization, with their exact
 * count and with what they have in common. Nothing here touches the store on the path of a call; a
 * second later the records are written together.
 */
@Direct
public class Denials {
  static final int SINGLE_RECORDS = 10;
  private static final int MOST_SOURCES = 10_000;
  private static final int MOST_WAITING = 20_000;
  private static final long MINUTE = 60_000;

  /** Where denials come from; those beyond {@link #MOST_SOURCES} have no address in common. */
  private record Source(@Nullable String address, Action action) {}

  /** How many denials of a source had their turn in a minute. */
  private record Tally(long minute, int denials) {
    Tally with(Tally one) {
      return minute == one.minute ? new Tally(minute, denials + one.denials) : one;
    }
  }

  /** Those who share a record; no organization's denials hide in that of another. */
  private record Sharing(@Nullable String address, Action action, long organizationId) {}

  /** What the denials that share a record in a minute have in common. */
  private record Shared(long minute, AuditEntry entry) {}

  private final Map<Source, Tally> tallies = new ConcurrentHashMap<>();
  private final Map<Sharing, Shared> shared = new ConcurrentHashMap<>();
  private final BlockingQueue<AuditEntry> waiting = new ArrayBlockingQueue<>(MOST_WAITING);

  /** What had no room while the store was away, without addresses: the sums stay exact. */
  private final Map<Sharing, AuditEntry> unplaced = new ConcurrentHashMap<>();

  private final AuditLog log;
  private final Clock clock;

  @Inject
  public Denials(AuditLog log, Clock clock) {
    this.log = log;
    this.clock = clock;
  }

  /** Notes a denial. */
  public void note(AuditEntry denial) {
    long minute = clock.millis() / MINUTE;
    Source source = new Source(denial.caller().ip(), denial.action());
    if (tallies.size() >= MOST_SOURCES && !tallies.containsKey(source)) {
      source = new Source(null, denial.action());
    }
    Tally tally = tallies.merge(source, new Tally(minute, 1), Tally::with);
    if (tally.denials() > SINGLE_RECORDS || !waiting.offer(denial)) {
      share(source.address(), denial, minute);
    }
  }

  private void share(@Nullable String address, AuditEntry denial, long minute) {
    Sharing sharing = new Sharing(address, denial.action(), denial.organizationId());
    if (shared.size() >= MOST_SOURCES && !shared.containsKey(sharing)) {
      sharing = new Sharing(null, denial.action(), denial.organizationId());
    }
    shared.compute(
        sharing,
        (key, present) -> {
          if (present != null && present.minute() == minute) {
            return new Shared(minute, present.entry().together(denial));
          }
          if (present != null) {
            place(present.entry());
          }
          return new Shared(minute, denial);
        });
  }

  private void place(AuditEntry entry) {
    if (!waiting.offer(entry)) {
      unplaced.merge(
          new Sharing(null, entry.action(), entry.organizationId()), entry, AuditEntry::together);
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
    tallies.values().removeIf(tally -> tally.minute() < minute);
    for (Sharing sharing : shared.keySet()) {
      shared.computeIfPresent(
          sharing,
          (key, present) -> {
            if (present.minute() < minute) {
              place(present.entry());
              return null;
            }
            return present;
          });
    }
  }

  private synchronized void write() {
    List<AuditEntry> entries = new ArrayList<>();
    waiting.drainTo(entries);
    for (Sharing sharing : List.copyOf(unplaced.keySet())) {
      AuditEntry sum = unplaced.remove(sharing);
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
