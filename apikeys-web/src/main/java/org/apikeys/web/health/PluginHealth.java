package org.apikeys.web.health;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.util.List;
import org.apikeys.plugin.PluginState;
import org.apikeys.plugin.PluginStatus;
import org.apikeys.plugin.Plugins;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.HealthCheckResponseBuilder;
import org.eclipse.microprofile.health.Readiness;

/**
 * Degraded while a plugin is quarantined, and up all the same: what the other plugins name goes on,
 * and a node that is taken out of service for a jar would help nobody.
 */
@Readiness
@ApplicationScoped
public class PluginHealth implements HealthCheck {
  private final Plugins plugins;

  @Inject
  public PluginHealth(Plugins plugins) {
    this.plugins = plugins;
  }

  @SuppressWarnings("NullAway")
  protected PluginHealth() {
    plugins = null;
  }

  @Override
  public HealthCheckResponse call() {
    List<String> quarantined =
        plugins.all().stream()
            .filter(plugin -> plugin.state() == PluginState.QUARANTINED)
            .map(PluginStatus::name)
            .toList();
    HealthCheckResponseBuilder answer =
        HealthCheckResponse.named("plugins")
            .up()
            .withData("state", quarantined.isEmpty() ? "ok" : "degraded")
            .withData("enabled", plugins.loaded().size());
    if (!quarantined.isEmpty()) {
      answer.withData("quarantined", String.join(", ", quarantined));
    }
    return answer.build();
  }
}
