package org.apikeys.verify;

import jakarta.enterprise.context.Dependent;
import jakarta.inject.Inject;
import java.util.List;
import org.apikeys.store.Upkeep;

@Dependent
class VerifyUpkeep implements Upkeep {
  private final KeyWarmUp warmUp;

  @Inject
  VerifyUpkeep(KeyWarmUp warmUp) {
    this.warmUp = warmUp;
  }

  @Override
  public List<Runnable> atStart() {
    return List.of(warmUp::run);
  }

  @Override
  public void tidyMemory() {
    warmUp.tidy();
  }
}
