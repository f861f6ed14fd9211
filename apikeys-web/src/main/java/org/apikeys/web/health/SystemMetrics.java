package org.apikeys.web.health;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.context.Initialized;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import java.util.function.Supplier;
import org.apikeys.audit.Sequencer;
import org.apikeys.cluster.ChangeReader;
import org.apikeys.cluster.Grid;
import org.apikeys.usage.CallRecorder;
import org.apikeys.usage.RollUps;
import org.apikeys.verify.KeyCache;
import org.apikeys.verify.KeyWarmUp;
import org.eclipse.microprofile.metrics.Metadata;
import org.eclipse.microprofile.metrics.MetricRegistry;

/** The system's own figures for monitoring: caches, and how far behind each writer is. */
@ApplicationScoped
public class SystemMetrics {
  private static final long UNKNOWN = -1;

  private final MetricRegistry registry;
  private final KeyCache cache;
  private final KeyWarmUp warmUp;
  private final CallRecorder calls;
  private final Sequencer sequencer;
  private final ChangeReader feed;
  private final RollUps rollUps;
  private final Grid grid;

  @Inject
  public SystemMetrics(
      MetricRegistry registry,
      KeyCache cache,
      KeyWarmUp warmUp,
      CallRecorder calls,
      Sequencer sequencer,
      ChangeReader feed,
      Grid grid,
      RollUps rollUps) {
    this.rollUps = rollUps;
    this.registry = registry;
    this.cache = cache;
    this.warmUp = warmUp;
    this.calls = calls;
    this.sequencer = sequencer;
    this.feed = feed;
    this.grid = grid;
  }

  @SuppressWarnings("NullAway")
  protected SystemMetrics() {
    registry = null;
    cache = null;
    warmUp = null;
    calls = null;
    sequencer = null;
    feed = null;
    rollUps = null;
    grid = null;
  }

  void register(@Observes @Initialized(ApplicationScoped.class) Object start) {
    gauge("apikeys_cache_hits", "Look-ups of keys that were answered from memory", cache::hits);
    gauge("apikeys_cache_misses", "Look-ups of keys that asked the store", cache::misses);
    gauge("apikeys_cache_keys", "Keys that are held in memory", cache::size);
    gauge(
        "apikeys_cache_warm_keys",
        "Keys that were read at the start and not presented yet",
        cache::warm);
    gauge(
        "apikeys_warm_up_wanted",
        "Keys that are to be read at the start",
        () -> (long) warmUp.wanted());
    gauge("apikeys_warm_up_read", "How many of them have been", () -> (long) warmUp.read());
    gauge(
        "apikeys_usage_details_shed", "Calls that were counted without their details", calls::shed);
    gauge(
        "apikeys_usage_flush_lag_millis",
        "Milliseconds since calls were last written",
        calls::lagMillis);
    gauge(
        "apikeys_change_feed_age_millis",
        "Milliseconds since the change feed was last read",
        () -> feed.ageNanos() / 1_000_000);
    gauge(
        "apikeys_grid_messages_refused",
        "Messages of the data grid that were not taken: of strangers, or no hints",
        grid::refused);
    gauge(
        "apikeys_audit_lag_records",
        "Committed audit records that have no place in the log yet; -1 when the store is away",
        this::auditLag);
    gauge(
        "apikeys_usage_batches_waiting",
        "Batches of calls that are not rolled up yet; -1 when the store is away",
        this::batchesWaiting);
  }

  private long batchesWaiting() {
    try {
      return rollUps.waitingBySystem();
    } catch (RuntimeException e) {
      return UNKNOWN;
    }
  }

  private void gauge(String name, String description, Supplier<Long> value) {
    registry.gauge(Metadata.builder().withName(name).withDescription(description).build(), value);
  }

  private long auditLag() {
    try {
      return sequencer.lag();
    } catch (RuntimeException e) {
      return UNKNOWN;
    }
  }
}
