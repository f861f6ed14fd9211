package org.apikeys.store;

import jakarta.enterprise.context.Dependent;
import jakarta.inject.Inject;

@Dependent
class StoreUpkeep implements Upkeep {
  private final IdempotentCalls calls;

  @Inject
  StoreUpkeep(IdempotentCalls calls) {
    this.calls = calls;
  }

  @Override
  public void tidyStore() {
    calls.prune();
  }
}
