package org.apikeys.tenant;

import jakarta.enterprise.context.Dependent;
import jakarta.inject.Inject;
import org.apikeys.store.Upkeep;

@Dependent
class TenantUpkeep implements Upkeep {
  private final SignInAttempts attempts;

  @Inject
  TenantUpkeep(SignInAttempts attempts) {
    this.attempts = attempts;
  }

  @Override
  public void tidyStore() {
    attempts.prune();
  }
}
