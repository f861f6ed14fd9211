package org.apikeys.usage;

import jakarta.enterprise.context.Dependent;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.List;
import org.apikeys.store.PeriodicJob;
import org.apikeys.store.Upkeep;

@Dependent
class UsageUpkeep implements Upkeep {
  /** A minute's share of a large backlog; the rest comes in the next. */
  private static final int MOST_BATCHES = 100;

  private final CallIds ids;
  private final CallRecorder calls;
  private final KeyUses uses;
  private final CallRetention retention;

  @Inject
  UsageUpkeep(CallIds ids, CallRecorder calls, KeyUses uses, CallRetention retention) {
    this.ids = ids;
    this.calls = calls;
    this.uses = uses;
    this.retention = retention;
  }

  @Override
  public List<PeriodicJob> jobs() {
    return List.of(
        new PeriodicJob(
            "storing calls", Duration.ofMillis(CallRecorder.PERIOD_MILLIS), this::store));
  }

  private void store() {
    ids.reserve();
    flush();
  }

  @Override
  public void tidyMemory() {
    uses.prune();
  }

  @Override
  public void tidyStore() {
    boolean more = true;
    for (int i = 0; more && i < MOST_BATCHES; i++) {
      more = retention.prune();
    }
  }

  @Override
  public void flush() {
    calls.flush();
    uses.flush();
  }
}
