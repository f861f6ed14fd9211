package org.apikeys.plugin;

import jakarta.enterprise.context.Dependent;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.List;
import org.apikeys.store.PeriodicJob;
import org.apikeys.store.Upkeep;

@Dependent
class PluginUpkeep implements Upkeep {
  private static final Duration CHANGES = Duration.ofSeconds(2);

  private final Plugins plugins;

  @Inject
  PluginUpkeep(Plugins plugins) {
    this.plugins = plugins;
  }

  @Override
  public List<PeriodicJob> jobs() {
    return List.of(new PeriodicJob("watching plugins", CHANGES, plugins::watch));
  }
}
