package org.apikeys.web.health;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import org.apikeys.start.Starter;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Startup;

/** Started once the store was found and migrated. */
@Startup
@ApplicationScoped
public class Started implements HealthCheck {
  private final Starter starter;

  @Inject
  public Started(Starter starter) {
    this.starter = starter;
  }

  @SuppressWarnings("NullAway")
  protected Started() {
    starter = null;
  }

  @Override
  public HealthCheckResponse call() {
    return HealthCheckResponse.named("start").status(starter.isStarted()).build();
  }
}
