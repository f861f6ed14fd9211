package org.apikeys.audit;

import jakarta.enterprise.context.Dependent;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.List;
import org.apikeys.store.PeriodicJob;
import org.apikeys.store.Upkeep;

@Dependent
class AuditUpkeep implements Upkeep {
  private static final Duration SEQUENCING = Duration.ofMillis(200);
  private static final Duration DENIALS = Duration.ofSeconds(1);
  private static final Duration ANCHORS = Duration.ofSeconds(1);

  private final LogKeeper log;
  private final LogGrowth growth;
  private final Denials denials;
  private final Anchors anchors;

  @Inject
  AuditUpkeep(LogKeeper log, LogGrowth growth, Denials denials, Anchors anchors) {
    this.log = log;
    this.growth = growth;
    this.denials = denials;
    this.anchors = anchors;
  }

  @Override
  public List<PeriodicJob> jobs() {
    return List.of(
        new PeriodicJob("numbering and signing audit records", SEQUENCING, log::advance),
        new PeriodicJob("recording denials", DENIALS, denials::flush));
  }

  @Override
  public List<PeriodicJob> slowJobs() {
    return List.of(new PeriodicJob("anchoring checkpoints", ANCHORS, anchors::put));
  }

  @Override
  public void tidyStore() {
    growth.prune();
  }

  @Override
  public void flush() {
    denials.flushAll();
  }

  @Override
  public void letGo() {
    log.advance();
  }
}
