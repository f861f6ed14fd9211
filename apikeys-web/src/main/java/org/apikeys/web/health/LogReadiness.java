package org.apikeys.web.health;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import org.apikeys.audit.LogHealth;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.HealthCheckResponseBuilder;
import org.eclipse.microprofile.health.Readiness;

/**
 * Ready while the audit log is one that can be signed. That numbering or signing fails for any
 * other reason is shown, and the node is ready all the same: what was committed waits and nothing
 * is lost.
 */
@Readiness
@ApplicationScoped
public class LogReadiness implements HealthCheck {
  private final LogHealth health;

  @Inject
  public LogReadiness(LogHealth health) {
    this.health = health;
  }

  @SuppressWarnings("NullAway")
  protected LogReadiness() {
    health = null;
  }

  @Override
  public HealthCheckResponse call() {
    HealthCheckResponseBuilder answer =
        HealthCheckResponse.named("audit-log")
            .status(health.trouble().isEmpty())
            .withData("signed_size", health.signedSize());
    if (!health.goesOn()) {
      answer.withData("late", "numbering or signing fails; the server's log says why");
    }
    health.trouble().ifPresent(why -> answer.withData("refused", why));
    return answer.build();
  }
}
