package org.apikeys.cluster;

import jakarta.enterprise.event.Event;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apikeys.api.cluster.Heard;
import org.apikeys.api.cluster.Tick;
import org.apikeys.api.cluster.Topic;
import org.apikeys.cluster.ChangeFeed.Entry;
import org.apikeys.hot.Direct;

/** Reads the feed and tells this node's caches. How long ago it last could bounds their age. */
@Direct
public class ChangeReader {
  /** How often the feed is read. */
  public static final Duration PERIOD = Duration.ofMillis(250);

  /** Who has not even tried to read for this long was asleep; in nanoseconds. */
  public static final long ASLEEP_NANOS = Duration.ofMillis(700).toNanos();

  private final ChangeFeed feed;
  private final Receipts receipts;
  private final Event<Heard> heard;
  private final Event<Tick> tick;
  private final Map<Long, Long> seen = new HashMap<>();
  private final Map<Long, Long> unconfirmed = new HashMap<>();
  private volatile long lastReadNanos = System.nanoTime();
  private volatile long lastTriedNanos = System.nanoTime();
  private volatile boolean reading;
  private volatile boolean afterSleep;

  @Inject
  public ChangeReader(ChangeFeed feed, Receipts receipts, Event<Heard> heard, Event<Tick> tick) {
    this.feed = feed;
    this.receipts = receipts;
    this.heard = heard;
    this.tick = tick;
  }

  /** Reads what is new; throws when the store is out of reach. */
  public synchronized void read() {
    afterSleep = System.nanoTime() - lastTriedNanos > ASLEEP_NANOS;
    reading = true;
    try {
      readNow();
    } finally {
      lastTriedNanos = System.nanoTime();
      reading = false;
    }
  }

  /**
   * Reads what is new if this process has slept (a paused machine, a stopped process): the timer
   * that reads was not run then, and a call must not be decided about by what was known before.
   */
  public void catchUp() {
    if (!hasSlept()) {
      return;
    }
    try {
      synchronized (this) {
        if (hasSlept()) {
          read();
        }
      }
    } catch (RuntimeException e) {
      // the store is out of reach: how old a cache may be then is for the caller to say
    }
  }

  /** Whether nobody has tried to read for long; whoever tries first after that is waited for. */
  private boolean hasSlept() {
    if (ageNanos() <= ASLEEP_NANOS) {
      return false;
    }
    return reading ? afterSleep : System.nanoTime() - lastTriedNanos > ASLEEP_NANOS;
  }

  private void readNow() {
    long began = System.nanoTime();
    List<Entry> entries = feed.recent();
    Map<Long, Long> keys = new HashMap<>();
    for (Entry entry : entries) {
      if (seen.putIfAbsent(entry.id(), began) == null) {
        heard.fire(new Heard(entry.topic(), entry.subject()));
        if (entry.topic() == Topic.KEY) {
          keys.merge(entry.subject(), entry.writtenAt(), Math::max);
        }
      }
    }
    long forget = began - 2 * ChangeFeed.OVERLAP.toNanos();
    seen.values().removeIf(at -> at - forget < 0);
    lastReadNanos = began;
    tick.fire(new Tick());
    keys.forEach((key, written) -> unconfirmed.merge(key, written, Math::max));
    if (!unconfirmed.isEmpty()) {
      receipts.confirm(unconfirmed);
      unconfirmed.clear();
    }
  }

  /** For how long what this node knows may have been outdated, in nanoseconds. */
  public long ageNanos() {
    return System.nanoTime() - lastReadNanos;
  }
}
