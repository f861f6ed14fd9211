package org.apikeys.cluster;

import jakarta.enterprise.context.Dependent;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.List;
import org.apikeys.store.PeriodicJob;
import org.apikeys.store.Upkeep;

@Dependent
class ClusterUpkeep implements Upkeep {
  private static final Duration HINTS = Duration.ofMillis(10);

  private final ChangeFeed feed;
  private final ChangeReader reader;
  private final Grid grid;
  private final Nodes nodes;

  @Inject
  ClusterUpkeep(ChangeFeed feed, ChangeReader reader, Grid grid, Nodes nodes) {
    this.feed = feed;
    this.reader = reader;
    this.grid = grid;
    this.nodes = nodes;
  }

  @Override
  public List<PeriodicJob> urgentJobs() {
    PeriodicJob reading =
        new PeriodicJob("reading the change feed", ChangeReader.PERIOD, reader::read);
    return grid.isThere()
        ? List.of(reading, new PeriodicJob("hearing other nodes", HINTS, grid::hear, false))
        : List.of(reading);
  }

  @Override
  public void tidyStore() {
    reader.longRead().ifPresent(feed::prune);
    nodes.prune();
  }
}
