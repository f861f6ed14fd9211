package org.apikeys.key;

import jakarta.enterprise.context.Dependent;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.List;
import org.apikeys.store.PeriodicJob;
import org.apikeys.store.Upkeep;

@Dependent
class KeyUpkeep implements Upkeep {
  private static final Duration DEADLINES = Duration.ofSeconds(5);

  private final PepperCheck pepper;
  private final KeyTypes types;
  private final LimitRules limits;
  private final KeyLifecycle lifecycle;

  @Inject
  KeyUpkeep(PepperCheck pepper, KeyTypes types, LimitRules limits, KeyLifecycle lifecycle) {
    this.pepper = pepper;
    this.types = types;
    this.limits = limits;
    this.lifecycle = lifecycle;
  }

  @Override
  public void check() {
    pepper.run();
    types.names();
    limits.count();
  }

  @Override
  public List<PeriodicJob> jobs() {
    return List.of(new PeriodicJob("looking after the lives of keys", DEADLINES, lifecycle::run));
  }
}
