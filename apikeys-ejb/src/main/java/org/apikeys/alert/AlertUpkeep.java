package org.apikeys.alert;

import jakarta.enterprise.context.Dependent;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.List;
import org.apikeys.store.PeriodicJob;
import org.apikeys.store.Upkeep;

@Dependent
class AlertUpkeep implements Upkeep {
  private static final Duration RAISING = Duration.ofMillis(250);

  private final AlertWork work;
  private final NotedConcerns noted;
  private final AlertRaiser raiser;
  private final LeakKeys leaks;

  @Inject
  AlertUpkeep(AlertWork work, NotedConcerns noted, AlertRaiser raiser, LeakKeys leaks) {
    this.leaks = leaks;
    this.work = work;
    this.noted = noted;
    this.raiser = raiser;
  }

  @Override
  public void check() {
    leaks.check();
  }

  @Override
  public List<PeriodicJob> jobs() {
    return List.of(new PeriodicJob("raising alerts", RAISING, work::run));
  }

  @Override
  public void tidyStore() {
    raiser.prune();
  }

  @Override
  public void flush() {
    noted.flush();
  }
}
