package org.apikeys.cluster;

import jakarta.enterprise.event.Event;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import org.apikeys.api.cluster.Heard;
import org.apikeys.api.cluster.Tick;
import org.apikeys.api.cluster.Topic;
import org.apikeys.cluster.ChangeFeed.Entry;
import org.apikeys.hot.Direct;
import org.apikeys.store.StoreReach;
import org.jspecify.annotations.Nullable;

/** Reads the feed and tells this node's caches. How long ago it last could bounds their age. */
@Direct
public class ChangeReader {
  /** How often the feed is read. */
  public static final Duration PERIOD = Duration.ofMillis(250);

  /**
   * Who has not read the feed for this long reads it before anything is decided about; in
   * nanoseconds. A change counts on every node within a second, and this is below that.
   */
  public static final long FRESH_NANOS = Duration.ofMillis(700).toNanos();

  /** A read that takes longer than this finds the store out of reach. */
  private static final long LONGEST_READ_NANOS = Duration.ofSeconds(1).toNanos();

  /** More changes than are written in the time in which one transaction commits. */
  private static final long UNCOMMITTED = 10_000;

  private final ChangeFeed feed;
  private final Receipts receipts;
  private final Event<Heard> heard;
  private final Event<Tick> tick;
  private final LongSupplier stopwatch;
  private final ReentrantLock turn = new ReentrantLock();
  private final Set<Long> seen = new HashSet<>();
  private final Map<Long, Long> unconfirmed = new HashMap<>();
  private @Nullable FeedMarks marks;
  private volatile long lastReadNanos;
  private volatile long lastEndNanos;
  private volatile boolean outOfReach;
  private volatile boolean reading;

  @Inject
  public ChangeReader(ChangeFeed feed, Receipts receipts, Event<Heard> heard, Event<Tick> tick) {
    this(feed, receipts, heard, tick, System::nanoTime);
  }

  /** With a stopwatch of its own, for tests. */
  ChangeReader(
      ChangeFeed feed,
      Receipts receipts,
      Event<Heard> heard,
      Event<Tick> tick,
      LongSupplier stopwatch) {
    this.feed = feed;
    this.stopwatch = stopwatch;
    lastReadNanos = stopwatch.getAsLong();
    lastEndNanos = lastReadNanos;
    this.receipts = receipts;
    this.heard = heard;
    this.tick = tick;
  }

  /** Reads what is new; throws when the store is out of reach. */
  public void read() {
    turn.lock();
    try {
      readNow();
    } finally {
      turn.unlock();
    }
  }

  /**
   * Reads what is new, or waits for whoever reads it, when that was not done for too long: this
   * process has slept, or had no time for its timers. A read that began before the sleep is not
   * enough. While the store is out of reach it answers at once: how old a cache may be then is for
   * the caller to say.
   */
  public void catchUp() {
    while (ageNanos() > FRESH_NANOS && !isKnownOutOfReach()) {
      long began = stopwatch.getAsLong();
      try {
        if (turn.tryLock(LONGEST_READ_NANOS, TimeUnit.NANOSECONDS)) {
          catchUpNow();
        } else if (stopwatch.getAsLong() - began < 2 * LONGEST_READ_NANOS) {
          // waited for so long, and not asleep meanwhile
          outOfReach = true;
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return;
      } catch (RuntimeException e) {
        return;
      }
    }
  }

  private void catchUpNow() {
    try {
      if (ageNanos() > FRESH_NANOS && !isKnownOutOfReach()) {
        readNow();
      }
    } finally {
      turn.unlock();
    }
  }

  /** Whether the latest try found the store out of reach, and was made a moment ago or goes on. */
  private boolean isKnownOutOfReach() {
    return outOfReach && (reading || stopwatch.getAsLong() - lastEndNanos <= FRESH_NANOS);
  }

  private void readNow() {
    boolean done = false;
    if (stopwatch.getAsLong() - lastEndNanos > FRESH_NANOS) {
      // what was found before a sleep says nothing
      outOfReach = false;
    }
    reading = true;
    try {
      readAll();
      done = true;
    } finally {
      lastEndNanos = stopwatch.getAsLong();
      outOfReach = !done;
      reading = false;
    }
  }

  private void readAll() {
    StoreReach.require();
    long began = stopwatch.getAsLong();
    FeedMarks known = marks;
    if (known == null) {
      known = new FeedMarks(feed.newest() - UNCOMMITTED, ChangeFeed.KEPT.toNanos());
      marks = known;
    } else if (began - lastReadNanos > ChangeFeed.KEPT.toNanos() / 2) {
      // entries may have been removed that this node has not read
      heard.fire(new Heard(Topic.PERMISSIONS, 0));
      heard.fire(new Heard(Topic.PERSON, 0));
    }
    // what had not committed at the last read was written no longer before it
    long from = known.seenBy(lastReadNanos - ChangeFeed.OVERLAP.toNanos());
    List<Entry> entries = feed.after(from);
    Map<Long, Long> keys = new HashMap<>();
    long highest = known.seenBy(began);
    for (Entry entry : entries) {
      highest = Math.max(highest, entry.id());
      if (!seen.contains(entry.id())) {
        heard.fire(new Heard(entry.topic(), entry.subject()));
        // only now: who could not be told is told again
        seen.add(entry.id());
        if (entry.topic() == Topic.KEY) {
          keys.merge(entry.subject(), entry.writtenAt(), Math::max);
        }
      }
    }
    seen.removeIf(id -> id <= from);
    known.add(began, highest);
    lastReadNanos = began;
    tick.fire(new Tick());
    keys.forEach((key, written) -> unconfirmed.merge(key, written, Math::max));
    if (!unconfirmed.isEmpty()) {
      receipts.confirm(unconfirmed);
      unconfirmed.clear();
    }
  }

  /** The number up to which every node has long read; empty while that is not known. */
  public OptionalLong longRead() {
    turn.lock();
    try {
      return marks == null
          ? OptionalLong.empty()
          : marks.known(stopwatch.getAsLong() - ChangeFeed.KEPT.toNanos());
    } finally {
      turn.unlock();
    }
  }

  /** For how long what this node knows may have been outdated, in nanoseconds. */
  public long ageNanos() {
    return stopwatch.getAsLong() - lastReadNanos;
  }
}
