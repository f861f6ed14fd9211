package org.apikeys.cluster;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Event;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.event.TransactionPhase;
import jakarta.inject.Inject;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.LongAdder;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.naming.InitialContext;
import javax.naming.NamingException;
import org.apikeys.api.cluster.Changed;
import org.apikeys.api.cluster.Heard;
import org.apikeys.api.cluster.Topic;
import org.jspecify.annotations.Nullable;

/**
 * Tells other nodes of a change at once, over the server's data grid when there is one. It is a
 * hint: what it loses, the feed tells a little later.
 */
@ApplicationScoped
public class Grid {
  private static final System.Logger LOG = System.getLogger(Grid.class.getName());
  private static final String JNDI = "payara/Hazelcast";
  private static final Pattern HINT = Pattern.compile("([A-Z]{1,20}):([0-9]{1,19})");
  private static final int MOST_WAITING = 10_000;
  private static final long TOLD_EVERY_NANOS = 60_000_000_000L;

  private final Event<Heard> heard;
  private final BlockingQueue<String> waiting = new LinkedBlockingQueue<>(MOST_WAITING);
  private final LongAdder refused = new LongAdder();
  private volatile long lastToldNanos;
  private volatile @Nullable GridTopic topic;

  @Inject
  public Grid(Event<Heard> heard) {
    this.heard = heard;
  }

  @SuppressWarnings("NullAway")
  protected Grid() {
    heard = null;
  }

  /** Joins the grid, when the server has one. */
  @SuppressWarnings("BanJNDI") // a constant name, in the server's own tree
  public void join() {
    try {
      Object found = new InitialContext().lookup(JNDI);
      GridTopic joined =
          found == null ? null : new HazelcastTopic(found, waiting::offer, this::refuse);
      topic = joined != null && joined.joins() ? joined : null;
    } catch (NamingException | RuntimeException | LinkageError e) {
      LOG.log(System.Logger.Level.DEBUG, "This server has no data grid.", e);
      topic = null;
    }
    LOG.log(
        System.Logger.Level.INFO,
        isThere() ? "Changes are hinted over the data grid." : "There is no data grid.");
  }

  public boolean isThere() {
    return topic != null;
  }

  /** Nodes that the grid knows; 0 without a grid. */
  public int members() {
    GridTopic joined = topic;
    try {
      return joined == null ? 0 : joined.members();
    } catch (RuntimeException e) {
      return 0;
    }
  }

  /** Nodes in the grid that are not in its list of members; 0 without a grid. */
  public int strangers() {
    GridTopic joined = topic;
    try {
      return joined == null ? 0 : joined.strangers();
    } catch (RuntimeException e) {
      return 0;
    }
  }

  /** How many messages were not taken: of strangers, or no hints. */
  public long refused() {
    return refused.sum();
  }

  private void refuse(String why) {
    refused.increment();
    long now = System.nanoTime();
    long told = lastToldNanos;
    if (told == 0 || now - told > TOLD_EVERY_NANOS) {
      lastToldNanos = now;
      LOG.log(
          System.Logger.Level.WARNING,
          "A message in the data grid is not taken ({0}); {1} in all.",
          why,
          refused.sum());
    }
  }

  /** Where this node is in the grid. */
  public Optional<String> address() {
    try {
      return Optional.ofNullable(topic).map(GridTopic::address);
    } catch (RuntimeException e) {
      return Optional.empty();
    }
  }

  void onChange(@Observes(during = TransactionPhase.AFTER_SUCCESS) Changed change) {
    GridTopic joined = topic;
    if (joined != null) {
      try {
        joined.publish(change.topic().name() + ":" + change.subject());
      } catch (RuntimeException e) {
        LOG.log(System.Logger.Level.DEBUG, "A hint was not sent; the feed tells it.", e);
      }
    }
  }

  /** Tells this node's caches of the hints that have come. Called by one thread. */
  public void hear() {
    String hint = waiting.poll();
    while (hint != null) {
      tell(hint);
      hint = waiting.poll();
    }
  }

  private void tell(String hint) {
    Matcher parts = HINT.matcher(hint);
    if (!parts.matches()) {
      refuse("a text that is no hint");
      return;
    }
    try {
      heard.fire(new Heard(Topic.valueOf(parts.group(1)), Long.parseLong(parts.group(2))));
    } catch (IllegalArgumentException e) {
      LOG.log(System.Logger.Level.DEBUG, "A hint of another version is passed over.", e);
    }
  }
}
