package org.apikeys.web.usage;

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
import java.util.List;
import java.util.Map;
import org.apikeys.api.permission.ManagementScope;
import org.apikeys.api.problem.ProblemException;
import org.apikeys.api.tenant.Caller;
import org.apikeys.key.KeyReader;
import org.apikeys.report.Capacity;
import org.apikeys.report.Forecast;
import org.apikeys.usage.GroupBy;
import org.apikeys.usage.Periods;
import org.apikeys.usage.Ranking;
import org.apikeys.usage.UsageAnalytics;
import org.apikeys.usage.UsageQuery;
import org.apikeys.web.http.Query;
import org.apikeys.web.key.KeysResource;
import org.jspecify.annotations.Nullable;

/** What keys do, over time, and what that comes to if it goes on. */
@Path("/v1/analytics")
@RequestScoped
@Produces(MediaType.APPLICATION_JSON)
public class AnalyticsResource {
  private static final int MOST_POINTS = 50_000;
  private static final int MOST_DAYS = 365;
  private static final long MOST_CALLS = 1_000_000_000_000L;

  private final UsageAnalytics analytics;
  private final Capacity capacity;
  private final KeyReader keys;
  private final AnalyticsAnswers answers;
  private final Caller caller;
  private final Clock clock;

  @Inject
  public AnalyticsResource(
      UsageAnalytics analytics,
      Capacity capacity,
      KeyReader keys,
      AnalyticsAnswers answers,
      Caller caller,
      Clock clock) {
    this.analytics = analytics;
    this.capacity = capacity;
    this.keys = keys;
    this.answers = answers;
    this.caller = caller;
    this.clock = clock;
  }

  @SuppressWarnings("NullAway")
  protected AnalyticsResource() {
    analytics = null;
    capacity = null;
    keys = null;
    answers = null;
    caller = null;
    clock = null;
  }

  @GET
  @Path("usage")
  @RolesAllowed(ManagementScope.USAGE_READ)
  public Map<String, @Nullable Object> usage(@Context UriInfo uri) {
    Query query = Query.of(uri);
    String cursor = query.text(RankingCursor.NAME, RankingCursor.LONGEST);
    Ranking ranking = RankingCursor.read(cursor, clock.instant());
    // further pages are of the same time as the first, also where that went up to now
    Periods periods =
        Periods.of(
            query.text("interval"),
            query.text("zone"),
            query.time("from"),
            query.time("to"),
            ranking.begun(),
            analytics.kept(ranking.begun()));
    String group = query.oneOf("group_by", GroupBy.WORDS);
    GroupBy groupBy = group == null ? GroupBy.NONE : GroupBy.of(group);
    int size = query.size();
    if ((long) size * periods.count() > MOST_POINTS) {
      throw ProblemException.invalid(
          "size", "times the number of intervals is at most " + MOST_POINTS);
    }
    Long key = key(query);
    UsageQuery wanted =
        new UsageQuery(
            caller.organizationId(),
            key == null ? ownKeys() : List.of(key),
            groupBy == GroupBy.ORGANIZATION && key == null && managesOrganizations(),
            periods,
            groupBy,
            ranking,
            size);
    return answers.of(wanted, key, analytics.usage(wanted));
  }

  @GET
  @Path("capacity")
  @RolesAllowed(ManagementScope.USAGE_READ)
  public Map<String, @Nullable Object> capacity(@Context UriInfo uri) {
    Query query = Query.of(uri);
    int days = query.number("days", Capacity.STANDARD_DAYS, Capacity.STANDARD_DAYS / 4, MOST_DAYS);
    Long limit = query.count("limit");
    if (limit != null && (limit < 1 || limit > MOST_CALLS)) {
      throw ProblemException.invalid("limit", "is 1 to " + MOST_CALLS + " calls a day");
    }
    boolean server = "server".equals(query.oneOf("of", List.of("organization", "server")));
    if (server && !managesOrganizations()) {
      throw ProblemException.invalid("of", "is organization for those who manage no organizations");
    }
    if (server && limit == null) {
      throw ProblemException.invalid("limit", "is required: how many calls a day the server takes");
    }
    Long key = key(query);
    List<Capacity.OfKey> found =
        key == null
            ? capacity.ofKeys(caller, ownKeys(), days)
            : List.of(capacity.ofKey(caller, key, days));
    Forecast whole =
        limit == null || !caller.seesWholeOrganization()
            ? null
            : capacity.of(caller, server, limit, days);
    Map<String, @Nullable Object> answer = new LinkedHashMap<>();
    answer.put("days", days);
    answer.put("method", "Theil-Sen regression of daily peaks, Mann-Kendall test at 5 %");
    answer.put("sentence", sentence(whole, found));
    answer.put("whole", whole);
    answer.put("keys", found);
    return answer;
  }

  private static String sentence(@Nullable Forecast whole, List<Capacity.OfKey> keys) {
    if (whole != null) {
      return whole.sentence();
    }
    return keys.stream()
        .flatMap(key -> key.limits().stream())
        .map(Forecast::sentence)
        .findFirst()
        .orElse("No key with a limit has been used in these days.");
  }

  /** The key that is asked about, which the caller sees; null for all. */
  private @Nullable Long key(Query query) {
    String text = query.text("key");
    return text == null ? null : keys.read(caller, KeysResource.number(text)).id();
  }

  /** The keys of those who see no others; null for those who see the organization. */
  private @Nullable List<Long> ownKeys() {
    return caller.seesWholeOrganization() ? null : keys.ownNumbers(caller);
  }

  private boolean managesOrganizations() {
    return caller.organizationId() == Caller.DEFAULT_ORGANIZATION
        && caller.holds(ManagementScope.ORGS_MANAGE)
        && caller.seesWholeOrganization();
  }
}
