package org.apikeys.usage;

import jakarta.enterprise.context.Dependent;
import jakarta.inject.Inject;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.apikeys.store.Pace;
import org.apikeys.store.PeriodicJob;
import org.apikeys.store.Upkeep;

@Dependent
class UsageUpkeep implements Upkeep {
  /** A minute's share of a large backlog; the rest comes in the next. */
  private static final int MOST_BATCHES = 100;

  private static final Duration SUMS = Duration.ofMillis(50);

  private final CallIds ids;
  private final CallRecorder calls;
  private final CallFold fold;
  private final KeyUses uses;
  private final KeyUseStore usesKept;
  private final RollUps rollUps;
  private final Geography geography;
  private final CallRetention callRetention;
  private final SumKeeping keeping;
  private final Clock clock;

  /** Sums of very many keys cost more than the calls that they are about. */
  private final Pace rollingUp = new Pace();

  @Inject
  UsageUpkeep(
      CallIds ids,
      CallRecorder calls,
      CallFold fold,
      KeyUses uses,
      KeyUseStore usesKept,
      RollUps rollUps,
      Geography geography,
      CallRetention callRetention,
      SumKeeping keeping,
      Clock clock) {
    this.ids = ids;
    this.calls = calls;
    this.fold = fold;
    this.uses = uses;
    this.usesKept = usesKept;
    this.rollUps = rollUps;
    this.geography = geography;
    this.callRetention = callRetention;
    this.keeping = keeping;
    this.clock = clock;
  }

  @Override
  public void check() {
    geography.source();
  }

  @Override
  public List<PeriodicJob> jobs() {
    return List.of(
        new PeriodicJob(
            "storing calls", Duration.ofMillis(CallRecorder.PERIOD_MILLIS), this::store));
  }

  /**
   * What waits to be summed up is a call each: by the thousand, and every one is kept meanwhile.
   */
  @Override
  public List<PeriodicJob> urgentJobs() {
    return List.of(new PeriodicJob("summing calls up", SUMS, fold::advance, false));
  }

  @Override
  public List<PeriodicJob> slowJobs() {
    return List.of(new PeriodicJob("rolling calls up", RollUps.PERIOD, this::rollUp));
  }

  private void store() {
    ids.reserve();
    flush();
  }

  private void rollUp() {
    rollingUp.run(() -> rollUps.advance() < RollUps.MOST_BATCHES);
  }

  @Override
  public void tidyMemory() {
    uses.prune();
  }

  @Override
  public void tidyStore() {
    boolean more = true;
    for (int i = 0; more && i < MOST_BATCHES; i++) {
      more = callRetention.prune();
    }
    Instant now = clock.instant();
    usesKept.prune(now);
    rollUps.prune(keeping.at(now));
  }

  @Override
  public void takeNoMore() {
    calls.stop();
  }

  @Override
  public void flush() {
    calls.flush();
    uses.flush();
  }
}
