package org.apikeys.limit;

import jakarta.enterprise.context.Dependent;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.List;
import org.apikeys.cluster.Cluster;
import org.apikeys.store.PeriodicJob;
import org.apikeys.store.Upkeep;

@Dependent
class LimitUpkeep implements Upkeep {
  private static final Duration COUNTERS = Duration.ofSeconds(1);
  private static final Duration BEAT = Duration.ofSeconds(1);

  private final Counters counters;
  private final AdaptiveLimits adaptive;
  private final Cluster cluster;

  @Inject
  LimitUpkeep(Counters counters, AdaptiveLimits adaptive, Cluster cluster) {
    this.counters = counters;
    this.adaptive = adaptive;
    this.cluster = cluster;
  }

  @Override
  public List<PeriodicJob> jobs() {
    return List.of(
        new PeriodicJob("saying that this node lives", BEAT, () -> cluster.beat(counters.parts())),
        new PeriodicJob("adapting limits", AdaptiveLimits.PERIOD, adaptive::adapt),
        new PeriodicJob("storing limit counters", COUNTERS, counters::flush));
  }

  @Override
  public void tidyMemory() {
    counters.prune();
  }

  @Override
  public void flush() {
    counters.flush();
  }

  @Override
  public void letGo() {
    counters.giveBack();
  }
}
