package org.apikeys.verify;

import jakarta.enterprise.context.Dependent;
import jakarta.inject.Inject;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import org.apikeys.key.TrialStore;
import org.apikeys.store.PeriodicJob;
import org.apikeys.store.Upkeep;

@Dependent
class VerifyUpkeep implements Upkeep {
  private static final Duration TRIALS = Duration.ofSeconds(1);

  private final KeyWarmUp warmUp;
  private final Trials trials;
  private final TrialStore trialsKept;
  private final Clock clock;

  @Inject
  VerifyUpkeep(KeyWarmUp warmUp, Trials trials, TrialStore trialsKept, Clock clock) {
    this.warmUp = warmUp;
    this.trials = trials;
    this.trialsKept = trialsKept;
    this.clock = clock;
  }

  @Override
  public List<PeriodicJob> jobs() {
    return List.of(new PeriodicJob("storing what trials come to", TRIALS, trials::flush));
  }

  @Override
  public List<Runnable> atStart() {
    return List.of(warmUp::run);
  }

  @Override
  public void tidyMemory() {
    warmUp.tidy();
    trials.forgetQuiet();
  }

  @Override
  public void tidyStore() {
    trialsKept.prune(clock.instant());
  }

  @Override
  public void flush() {
    trials.flush();
  }
}
