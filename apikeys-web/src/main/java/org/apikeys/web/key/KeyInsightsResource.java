package org.apikeys.web.key;

import com.fasterxml.jackson.databind.node.ObjectNode;
import jakarta.annotation.security.RolesAllowed;
import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.UriInfo;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apikeys.api.permission.ManagementScope;
import org.apikeys.api.permission.ScopeGrant;
import org.apikeys.api.tenant.Caller;
import org.apikeys.key.KeyHistory;
import org.apikeys.key.KeyReader;
import org.apikeys.key.KeyReader.Generation;
import org.apikeys.key.KeyReader.LimitState;
import org.apikeys.key.KeyReceipts;
import org.apikeys.limit.Allowance;
import org.apikeys.limit.Gate;
import org.apikeys.limit.Window;
import org.apikeys.limit.WindowState;
import org.apikeys.permission.Grants;
import org.apikeys.store.Page;
import org.apikeys.web.http.Listing;
import org.apikeys.web.http.Query;
import org.jspecify.annotations.Nullable;

/** What can be known of a key: its limits, its permissions, its secrets' traffic, its past. */
@Path("/v1/api-keys")
@RequestScoped
@Produces(MediaType.APPLICATION_JSON)
public class KeyInsightsResource {
  /** An old secret that was silent for this long can go. */
  private static final Duration SILENT = Duration.ofHours(24);

  private final KeyReader reader;
  private final KeyHistory history;
  private final KeyReceipts receipts;
  private final Caller caller;
  private final Clock clock;

  @Inject
  public KeyInsightsResource(
      KeyReader reader, KeyHistory history, KeyReceipts receipts, Caller caller, Clock clock) {
    this.reader = reader;
    this.history = history;
    this.receipts = receipts;
    this.caller = caller;
    this.clock = clock;
  }

  @SuppressWarnings("NullAway")
  protected KeyInsightsResource() {
    reader = null;
    history = null;
    receipts = null;
    caller = null;
    clock = null;
  }

  @GET
  @Path("{id}/usage")
  @RolesAllowed(ManagementScope.USAGE_READ)
  public Map<String, @Nullable Object> usage(@PathParam("id") String id) {
    long number = KeysResource.number(id);
    LimitState state = reader.limits(caller, number);
    Map<String, @Nullable Object> usage = new LinkedHashMap<>();
    usage.put("key_id", "key-" + number);
    Allowance minute = state.minute().allowance();
    boolean limited = state.windows().stream().anyMatch(one -> isMinute(one.allowance()));
    usage.put("window_start", Instant.ofEpochMilli(state.minute().startMillis()));
    usage.put("request_count", state.minute().used());
    usage.put("rate_limit", limited ? minute.limit() : null);
    usage.put("remaining", limited ? minute.remaining() : null);
    usage.put("reset_at", Instant.ofEpochMilli(minute.resetMillis()));
    usage.put("windows", state.windows().stream().map(KeyInsightsResource::shown).toList());
    Gate.Standing more = state.more();
    usage.put("concurrent", more == null ? null : more.concurrent());
    usage.put("bytes_per_day", more == null ? null : more.bytesPerDay());
    usage.put("resources", more == null ? List.of() : more.meters());
    usage.put("credits", more == null ? null : more.credits());
    usage.put("tightened", state.tightened());
    return usage;
  }

  private static boolean isMinute(Allowance allowance) {
    return allowance.window() == Window.MINUTE;
  }

  private static Map<String, @Nullable Object> shown(WindowState state) {
    Map<String, @Nullable Object> window = new LinkedHashMap<>();
    Window length = state.allowance().window();
    window.put("window", length == null ? null : length.iso());
    window.put("window_start", Instant.ofEpochMilli(state.startMillis()));
    window.put("request_count", state.used());
    window.put("rate_limit", state.allowance().limit());
    window.put("remaining", state.allowance().remaining());
    window.put("reset_at", Instant.ofEpochMilli(state.allowance().resetMillis()));
    return window;
  }

  @GET
  @Path("{id}/effective-permissions")
  @RolesAllowed(ManagementScope.KEYS_READ)
  public Map<String, Object> effectivePermissions(@PathParam("id") String id) {
    Grants grants = reader.grants(caller, KeysResource.number(id));
    List<Map<String, Object>> scopes =
        grants.scopes().entrySet().stream()
            .map(
                held -> {
                  Map<String, Object> scope = new LinkedHashMap<>();
                  ScopeGrant grant = ScopeGrant.parse(held.getKey());
                  scope.put("scope", grant.scope().toString());
                  if (grant.resource() != null) {
                    scope.put("resource", grant.resource().toString());
                  }
                  scope.put("from", held.getValue());
                  return scope;
                })
            .toList();
    Map<String, Object> answer = new LinkedHashMap<>();
    answer.put("scopes", scopes);
    answer.put("warnings", grants.warnings());
    return answer;
  }

  /** Which nodes have confirmed the latest change. */
  @GET
  @Path("{id}/receipt")
  @RolesAllowed(ManagementScope.KEYS_READ)
  public KeyReceipts.Receipt receipt(@PathParam("id") String id) {
    return receipts.of(caller, KeysResource.number(id), clock.instant());
  }

  @GET
  @Path("{id}/generations")
  @RolesAllowed(ManagementScope.KEYS_READ)
  public Map<String, Object> generations(@PathParam("id") String id) {
    List<Generation> generations = reader.generations(caller, KeysResource.number(id));
    Map<String, Object> answer = new LinkedHashMap<>();
    answer.put("generations", generations);
    answer.put("safe_to_retire", isSafeToRetire(generations));
    return answer;
  }

  /** Whether no old secret that still works was used within a day, while the new one is in use. */
  private boolean isSafeToRetire(List<Generation> generations) {
    Instant since = clock.instant().minus(SILENT);
    List<Generation> old =
        generations.stream().skip(1).filter(one -> one.retiredAt() == null).toList();
    return old.stream()
            .allMatch(one -> one.lastUsedAt() == null || one.lastUsedAt().isBefore(since))
        && (old.isEmpty() || generations.get(0).requestCount() > 0);
  }

  @GET
  @Path("{id}/history")
  @RolesAllowed(ManagementScope.KEYS_READ)
  public ObjectNode history(@PathParam("id") String id, @Context UriInfo uri) {
    Query query = Query.of(uri);
    long key = KeysResource.number(id);
    Instant at = query.time("at");
    return Listing.of(
        "versions",
        at == null
            ? history.versions(caller, key, query.page(), query.size())
            : Page.ofOne(history.at(caller, key, at), query.page()),
        query);
  }
}
