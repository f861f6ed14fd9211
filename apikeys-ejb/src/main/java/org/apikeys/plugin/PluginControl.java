package org.apikeys.plugin;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import org.apikeys.api.problem.ProblemException;
import org.apikeys.api.tenant.Caller;

/** Switches plugins for administrators: when a call returns, this node has followed. */
@ApplicationScoped
public class PluginControl {
  private final Plugins plugins;
  private final PluginSwitches switches;

  @Inject
  public PluginControl(Plugins plugins, PluginSwitches switches) {
    this.plugins = plugins;
    this.switches = switches;
  }

  @SuppressWarnings("NullAway")
  protected PluginControl() {
    plugins = null;
    switches = null;
  }

  /** The plugin of this id. */
  public PluginStatus read(String id) {
    // of two that call themselves the same, the one that was first
    return plugins.all().stream()
        .filter(plugin -> id.equals(plugin.id()))
        .min((a, b) -> a.state().compareTo(b.state()))
        .orElseThrow(() -> ProblemException.notFound("plugin"));
  }

  public PluginStatus enable(Caller caller, String id) {
    read(id);
    switches.enable(caller, id, true);
    return followed(id);
  }

  public PluginStatus disable(Caller caller, String id) {
    read(id);
    switches.enable(caller, id, false);
    return followed(id);
  }

  /** Loads the plugin anew on every node; it may call itself something else, or be gone, then. */
  public PluginStatus reload(Caller caller, String id) {
    read(id);
    switches.reload(caller, id);
    return followed(id);
  }

  private PluginStatus followed(String id) {
    plugins.refresh();
    return read(id);
  }
}
