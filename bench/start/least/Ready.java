package least;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Readiness;

/** As of any application with a store: it is ready when the store answers. */
@Readiness
@ApplicationScoped
public class Ready implements HealthCheck {
  @Inject private Things things;

  @Override
  public HealthCheckResponse call() {
    return HealthCheckResponse.named("store").status(things.count() >= 0).build();
  }
}
