package org.apikeys.web.plugin;

import com.fasterxml.jackson.databind.node.ObjectNode;
import jakarta.annotation.security.RolesAllowed;
import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.UriInfo;
import java.util.List;
import org.apikeys.api.permission.ManagementScope;
import org.apikeys.api.tenant.Caller;
import org.apikeys.plugin.PluginControl;
import org.apikeys.plugin.PluginState;
import org.apikeys.plugin.PluginStatus;
import org.apikeys.plugin.PluginSwitches;
import org.apikeys.plugin.PluginSwitches.OnNode;
import org.apikeys.plugin.Plugins;
import org.apikeys.store.Page;
import org.apikeys.web.http.Listing;
import org.apikeys.web.http.Query;

/** The plugins of this server: listed, read, enabled, disabled, loaded anew. */
@Path("/v1/plugins")
@RequestScoped
@Produces(MediaType.APPLICATION_JSON)
public class PluginsResource {

  private final Plugins plugins;
  private final PluginControl control;
  private final PluginSwitches switches;
  private final Caller caller;

  @Inject
  public PluginsResource(
      Plugins plugins, PluginControl control, PluginSwitches switches, Caller caller) {
    this.plugins = plugins;
    this.control = control;
    this.switches = switches;
    this.caller = caller;
  }

  @SuppressWarnings("NullAway")
  protected PluginsResource() {
    plugins = null;
    control = null;
    switches = null;
    caller = null;
  }

  @GET
  @RolesAllowed(ManagementScope.PLUGINS_MANAGE)
  public ObjectNode list(@Context UriInfo uri) {
    Query query = Query.of(uri);
    List<String> states = List.of(PluginState.values()).stream().map(PluginState::word).toList();
    String state = query.oneOf("state", states);
    int size = query.size();
    List<OnNode> onNodes = switches.onNodes();
    List<PluginStatus> wanted =
        plugins.all().stream()
            .filter(plugin -> state == null || plugin.state().word().equals(state))
            .toList();
    List<PluginView> shown =
        wanted.stream()
            .skip((query.page() - 1L) * size)
            .limit(size)
            .map(plugin -> view(plugin, onNodes))
            .toList();
    return Listing.of("plugins", new Page<>(shown, wanted.size()), query);
  }

  @GET
  @Path("{id}")
  @RolesAllowed(ManagementScope.PLUGINS_MANAGE)
  public PluginView read(@PathParam("id") String id) {
    return view(control.read(id), switches.onNodes());
  }

  @POST
  @Path("{id}/enable")
  @RolesAllowed(ManagementScope.PLUGINS_MANAGE)
  public PluginView enable(@PathParam("id") String id) {
    return view(control.enable(caller, id), switches.onNodes());
  }

  @POST
  @Path("{id}/disable")
  @RolesAllowed(ManagementScope.PLUGINS_MANAGE)
  public PluginView disable(@PathParam("id") String id) {
    return view(control.disable(caller, id), switches.onNodes());
  }

  @POST
  @Path("{id}/reload")
  @RolesAllowed(ManagementScope.PLUGINS_MANAGE)
  public PluginView reload(@PathParam("id") String id) {
    return view(control.reload(caller, id), switches.onNodes());
  }

  private static PluginView view(PluginStatus plugin, List<OnNode> onNodes) {
    int nodes = (int) onNodes.stream().map(OnNode::node).distinct().count();
    return PluginView.of(
        plugin,
        onNodes.stream().filter(one -> one.plugin().equals(PluginSwitches.key(plugin))).toList(),
        nodes);
  }
}
