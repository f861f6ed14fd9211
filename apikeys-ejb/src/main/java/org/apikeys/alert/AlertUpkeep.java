package org.apikeys.alert;

import jakarta.enterprise.context.Dependent;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.List;
import org.apikeys.audit.Retention;
import org.apikeys.store.Pace;
import org.apikeys.store.PeriodicJob;
import org.apikeys.store.Upkeep;

@Dependent
class AlertUpkeep implements Upkeep {
  private static final Duration RAISING = Duration.ofMillis(250);
  private static final Duration WATCHING = Duration.ofSeconds(1);
  private static final Duration RULES = Duration.ofSeconds(5);

  private final AlertWork work;
  private final NotedConcerns noted;
  private final AlertRaiser raiser;
  private final LeakKeys leaks;
  private final SecurityWatch watch;
  private final SecurityScan scan;
  private final RuleScan rules;
  private final Retention retention;

  /** It reads what all keys did in the present hour. */
  private final Pace watching = new Pace();

  @Inject
  AlertUpkeep(
      AlertWork work,
      NotedConcerns noted,
      AlertRaiser raiser,
      LeakKeys leaks,
      SecurityWatch watch,
      SecurityScan scan,
      RuleScan rules,
      Retention retention) {
    this.retention = retention;
    this.watch = watch;
    this.scan = scan;
    this.rules = rules;
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
    return List.of(
        new PeriodicJob("raising alerts", RAISING, work::run),
        new PeriodicJob("storing failed validations", WATCHING, watch::flush));
  }

  /** What reads the sums of calls waits for whoever is writing them. */
  @Override
  public List<PeriodicJob> slowJobs() {
    return List.of(
        new PeriodicJob("watching keys", WATCHING, this::watchKeys),
        new PeriodicJob("looking at alert rules", RULES, rules::run));
  }

  private void watchKeys() {
    watching.run(
        () -> {
          scan.run();
          return true;
        });
  }

  @Override
  public void tidyStore() {
    raiser.prune();
    scan.prune(retention.cutoff(Retention.USAGE));
  }

  @Override
  public void flush() {
    noted.flush();
    watch.flush();
  }
}
