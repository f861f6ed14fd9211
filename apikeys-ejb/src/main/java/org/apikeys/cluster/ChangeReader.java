package org.apikeys.cluster;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Event;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apikeys.api.cluster.Heard;
import org.apikeys.api.cluster.Tick;
import org.apikeys.cluster.ChangeFeed.Entry;

/** Reads the feed and tells this node's caches. How long ago it last could bounds their age. */
@ApplicationScoped
public class ChangeReader {
  /** How often the feed is read. */
  public static final Duration PERIOD = Duration.ofMillis(250);

  private final ChangeFeed feed;
  private final Event<Heard> heard;
  private final Event<Tick> tick;
  private final Map<Long, Long> seen = new HashMap<>();
  private volatile long lastReadNanos = System.nanoTime();

  @Inject
  public ChangeReader(ChangeFeed feed, Event<Heard> heard, Event<Tick> tick) {
    this.feed = feed;
    this.heard = heard;
    this.tick = tick;
  }

  @SuppressWarnings("NullAway")
  protected ChangeReader() {
    feed = null;
    heard = null;
    tick = null;
  }

  /** Reads what is new; throws when the store is out of reach. Called by one thread. */
  public void read() {
    long began = System.nanoTime();
    List<Entry> entries = feed.recent();
    for (Entry entry : entries) {
      if (seen.putIfAbsent(entry.id(), began) == null) {
        heard.fire(new Heard(entry.topic(), entry.subject()));
      }
    }
    long forget = began - 2 * ChangeFeed.OVERLAP.toNanos();
    seen.values().removeIf(at -> at - forget < 0);
    lastReadNanos = began;
    tick.fire(new Tick());
  }

  /** For how long what this node knows may have been outdated, in nanoseconds. */
  public long ageNanos() {
    return System.nanoTime() - lastReadNanos;
  }
}
