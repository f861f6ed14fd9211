package org.apikeys.web.alert;

import jakarta.annotation.security.RolesAllowed;
import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.UriInfo;
import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apikeys.alert.SecurityAnalytics;
import org.apikeys.alert.SecurityAnalytics.Picture;
import org.apikeys.alert.SecurityAnalytics.Sums;
import org.apikeys.api.permission.ManagementScope;
import org.apikeys.api.problem.ProblemException;
import org.apikeys.api.tenant.Caller;
import org.apikeys.key.KeySafety;
import org.apikeys.usage.Periods;
import org.apikeys.web.http.Query;
import org.jspecify.annotations.Nullable;

/** What went wrong with keys, over time. */
@Path("/v1/analytics")
@RequestScoped
@Produces(MediaType.APPLICATION_JSON)
public class SecurityAnalyticsResource {
  private final SecurityAnalytics analytics;
  private final KeySafety keys;
  private final Clock clock;
  private final Caller caller;

  @Inject
  public SecurityAnalyticsResource(
      SecurityAnalytics analytics, KeySafety keys, Clock clock, Caller caller) {
    this.analytics = analytics;
    this.keys = keys;
    this.clock = clock;
    this.caller = caller;
  }

  @SuppressWarnings("NullAway")
  protected SecurityAnalyticsResource() {
    analytics = null;
    keys = null;
    clock = null;
    caller = null;
  }

  @GET
  @Path("security")
  @RolesAllowed(ManagementScope.REPORTS_READ)
  public Map<String, @Nullable Object> security(@Context UriInfo uri) {
    Query query = Query.of(uri);
    String key = query.text("key");
    Long number = key == null ? null : Long.valueOf(AlertsResource.keyNumber(key));
    if (number != null
        && keys.holder(number)
            .filter(holder -> holder.organizationId() == caller.organizationId())
            .isEmpty()) {
      throw ProblemException.notFound("API key");
    }
    Periods periods =
        Periods.of(
            query.text("interval"),
            query.text("zone"),
            query.time("from"),
            query.time("to"),
            clock.instant());
    Picture picture = analytics.of(caller.organizationId(), number, periods);
    Map<String, @Nullable Object> answer = new LinkedHashMap<>();
    answer.put("key_id", number == null ? null : "key-" + number);
    answer.put("from", periods.from());
    answer.put("to", periods.to());
    answer.put("interval", periods.interval());
    answer.put("totals", sums(picture.totals()));
    answer.put(
        "points",
        picture.points().stream()
            .map(
                point -> {
                  Map<String, @Nullable Object> one = new LinkedHashMap<>();
                  one.put("start", point.start());
                  one.putAll(sums(point.sums()));
                  return one;
                })
            .toList());
    answer.put(
        "keys",
        picture.keys().stream()
            .map(
                of -> {
                  Map<String, @Nullable Object> one = new LinkedHashMap<>();
                  one.put("key_id", "key-" + of.keyId());
                  one.put("name", of.name());
                  one.putAll(sums(of.sums()));
                  return one;
                })
            .toList());
    answer.put("sources", picture.sources());
    return answer;
  }

  private static Map<String, @Nullable Object> sums(Sums sums) {
    Map<String, @Nullable Object> shown = new LinkedHashMap<>();
    shown.put("failures", sums.failures());
    shown.put("throttles", sums.throttles());
    shown.put("permission_violations", sums.permissionViolations());
    shown.put("ip_anomalies", sums.ipAnomalies());
    return shown;
  }
}
