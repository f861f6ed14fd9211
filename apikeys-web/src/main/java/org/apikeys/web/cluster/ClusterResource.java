package org.apikeys.web.cluster;

import jakarta.annotation.security.RolesAllowed;
import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apikeys.api.permission.ManagementScope;
import org.apikeys.api.problem.ProblemException;
import org.apikeys.api.problem.ProblemType;
import org.apikeys.api.tenant.Caller;
import org.apikeys.cluster.Cluster;
import org.apikeys.cluster.Grid;
import org.apikeys.cluster.Nodes;
import org.apikeys.limit.Counters;
import org.jspecify.annotations.Nullable;

/** The nodes that share the store, how far behind each is, and what it holds of limits. */
@Path("/v1/cluster")
@RequestScoped
@Produces(MediaType.APPLICATION_JSON)
public class ClusterResource {
  private final Nodes nodes;
  private final Cluster cluster;
  private final Grid grid;
  private final Counters counters;
  private final Caller caller;

  @Inject
  public ClusterResource(
      Nodes nodes, Cluster cluster, Grid grid, Counters counters, Caller caller) {
    this.nodes = nodes;
    this.cluster = cluster;
    this.grid = grid;
    this.counters = counters;
    this.caller = caller;
  }

  @SuppressWarnings("NullAway")
  protected ClusterResource() {
    nodes = null;
    cluster = null;
    grid = null;
    counters = null;
    caller = null;
  }

  @GET
  @RolesAllowed(ManagementScope.ORGS_MANAGE)
  public Map<String, Object> cluster() {
    if (caller.organizationId() != Caller.DEFAULT_ORGANIZATION) {
      throw new ProblemException(
          ProblemType.FORBIDDEN, "The cluster is shown to the default organization alone.");
    }
    Map<String, Object> answer = new LinkedHashMap<>();
    answer.put("nodes", nodes.all().stream().map(ClusterResource::shown).toList());
    Map<String, Object> shownGrid = new LinkedHashMap<>();
    shownGrid.put("available", grid.isThere());
    shownGrid.put("members", grid.members());
    shownGrid.put("strangers", grid.strangers());
    shownGrid.put("messages_refused", grid.refused());
    answer.put("grid", shownGrid);
    Map<String, Object> limits = new LinkedHashMap<>();
    limits.put("shared", cluster.isShared());
    limits.put("keys_held", counters.parts());
    limits.put("leases_asked", counters.asked());
    answer.put("limits", limits);
    return answer;
  }

  private static Map<String, @Nullable Object> shown(Nodes.Node node) {
    Map<String, @Nullable Object> shown = new LinkedHashMap<>();
    shown.put("id", node.id());
    shown.put("self", node.self());
    shown.put("address", node.address());
    shown.put("state", node.state());
    shown.put("started_at", node.startedAt());
    shown.put("seen_at", node.seenAt());
    shown.put("lag_ms", node.feedAgeMillis());
    shown.put("leases", node.leases());
    return shown;
  }
}
