package org.apikeys.usage;

import jakarta.enterprise.context.Dependent;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.List;
import org.apikeys.store.PeriodicJob;
import org.apikeys.store.Upkeep;

@Dependent
class UsageUpkeep implements Upkeep {
  private final CallIds ids;
  private final CallRecorder calls;
  private final KeyUses uses;

  @Inject
  UsageUpkeep(CallIds ids, CallRecorder calls, KeyUses uses) {
    this.ids = ids;
    this.calls = calls;
    this.uses = uses;
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
  public void flush() {
    calls.flush();
    uses.flush();
  }
}
