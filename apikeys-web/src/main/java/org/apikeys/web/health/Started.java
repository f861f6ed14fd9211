package org.apikeys.web.health;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import org.apikeys.start.Work;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Startup;

/** Started once the store was found and migrated. */
@Startup
@ApplicationScoped
public class Started implements HealthCheck {
  private final Work work;

  @Inject
  public Started(Work work) {
    this.work = work;
  }

  @SuppressWarnings("NullAway")
  protected Started() {
    work = null;
  }

  @Override
  public HealthCheckResponse call() {
    return HealthCheckResponse.named("start").status(work.isStarted()).build();
  }
}
