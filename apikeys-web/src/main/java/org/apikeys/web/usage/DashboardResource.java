package org.apikeys.web.usage;

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
import org.apikeys.api.tenant.Caller;
import org.apikeys.key.KeyFilter;
import org.apikeys.key.KeyReader;
import org.apikeys.key.KeyView;
import org.apikeys.request.RequestReader;
import org.apikeys.request.RequestReader.Figures;
import org.apikeys.request.RequestView;
import org.apikeys.usage.UsageReader;
import org.apikeys.usage.UsageReader.Totals;
import org.jspecify.annotations.Nullable;

/** The dashboard's figures, in the shape of seed 000. */
@Path("/v1/dashboard/stats")
@RequestScoped
@Produces(MediaType.APPLICATION_JSON)
public class DashboardResource {
  private static final int SHOWN_KEYS = 10;
  private static final int SHOWN_TICKETS = 10;

  private final KeyReader keys;
  private final UsageReader usage;
  private final RequestReader requests;
  private final Caller caller;

  @Inject
  public DashboardResource(
      KeyReader keys, UsageReader usage, RequestReader requests, Caller caller) {
    this.keys = keys;
    this.usage = usage;
    this.requests = requests;
    this.caller = caller;
  }

  @SuppressWarnings("NullAway")
  protected DashboardResource() {
    keys = null;
    usage = null;
    requests = null;
    caller = null;
  }

  @GET
  @RolesAllowed(ManagementScope.USAGE_READ)
  public Map<String, Object> stats() {
    Totals totals =
        caller.seesWholeOrganization()
            ? usage.totals(caller.organizationId())
            : usage.totalsOfKeys(keys.ownNumbers(caller));
    Map<String, Object> rates = new LinkedHashMap<>();
    rates.put("success_rate", totals.successRate());
    rates.put("avg_response_time", totals.averageResponseTime());
    Map<String, Object> stats = new LinkedHashMap<>();
    Figures figures = requests.figures(caller, SHOWN_TICKETS);
    stats.put("open_tickets", figures.open());
    stats.put("resolved_tickets", figures.decided());
    stats.put("active_api_keys", keys.countActive(caller));
    stats.put("total_api_calls", totals.allowed());
    stats.put("api_usage", rates);
    stats.put("recent_tickets", figures.latest().stream().map(DashboardResource::shown).toList());
    stats.put(
        "api_keys",
        keys.list(caller, KeyFilter.LATEST_USED, 1, SHOWN_KEYS).items().stream()
            .map(DashboardResource::shown)
            .toList());
    return stats;
  }

  /** A ticket is a request for a key. */
  private static Map<String, Object> shown(RequestView request) {
    Map<String, Object> shown = new LinkedHashMap<>();
    shown.put("id", request.id());
    shown.put("subject", request.subject());
    shown.put("status", request.status().equals("pending") ? "open" : "resolved");
    shown.put("created_at", request.createdAt());
    return shown;
  }

  private static Map<String, @Nullable Object> shown(KeyView key) {
    Map<String, @Nullable Object> shown = new LinkedHashMap<>();
    shown.put("id", key.id());
    shown.put("name", key.configuration().name());
    shown.put("is_active", key.active());
    shown.put("usage_count", key.usageCount());
    shown.put("last_used", key.lastUsed());
    return shown;
  }
}
