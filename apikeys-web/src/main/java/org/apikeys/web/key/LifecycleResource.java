package org.apikeys.web.key;

import com.fasterxml.jackson.databind.node.ObjectNode;
import jakarta.annotation.security.RolesAllowed;
import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.UriInfo;
import java.time.DateTimeException;
import java.time.Duration;
import org.apikeys.api.permission.ManagementScope;
import org.apikeys.api.problem.ProblemException;
import org.apikeys.api.tenant.Caller;
import org.apikeys.key.KeyForecast;
import org.apikeys.web.http.Listing;
import org.apikeys.web.http.Query;
import org.jspecify.annotations.Nullable;

/** What will happen to keys, and when. */
@Path("/v1/lifecycle")
@RequestScoped
@Produces(MediaType.APPLICATION_JSON)
public class LifecycleResource {
  private static final Duration STANDARD = Duration.ofDays(30);
  private static final Duration LONGEST = Duration.ofDays(3_660);
  private static final int LAST = 10_000;

  private final KeyForecast forecast;
  private final Caller caller;

  @Inject
  public LifecycleResource(KeyForecast forecast, Caller caller) {
    this.forecast = forecast;
    this.caller = caller;
  }

  @SuppressWarnings("NullAway")
  protected LifecycleResource() {
    forecast = null;
    caller = null;
  }

  @GET
  @Path("upcoming")
  @RolesAllowed(ManagementScope.KEYS_READ)
  public ObjectNode upcoming(@Context UriInfo uri) {
    Query query = Query.of(uri);
    if (query.page() * (long) query.size() > LAST) {
      throw ProblemException.invalid("page", "goes beyond the first " + LAST + " events");
    }
    return Listing.of(
        "upcoming",
        forecast.upcoming(caller, within(query.text("within")), query.page(), query.size()),
        query);
  }

  private static Duration within(@Nullable String text) {
    try {
      Duration within = text == null ? STANDARD : Duration.parse(text);
      if (!within.isNegative() && within.compareTo(LONGEST) <= 0) {
        return within;
      }
    } catch (DateTimeException e) {
      // told below, like one out of range
    }
    throw ProblemException.invalid(
        "within", "is an ISO 8601 duration such as P30D, up to ten years");
  }
}
