package org.apikeys.web.access;

import jakarta.servlet.http.HttpServletResponse;
import java.util.Locale;
import org.apikeys.limit.Allowance;
import org.apikeys.limit.Window;
import org.apikeys.limit.WindowLimits;

/**
 * How a key stands with its limits, as headers: those of seed 000, and the IETF's (draft
 * httpapi-ratelimit-headers).
 */
public final class LimitHeaders {
  private LimitHeaders() {}

  /** Sets the headers; none for a key without limits. */
  public static void set(
      HttpServletResponse response, WindowLimits limits, Allowance allowance, long now) {
    Window nearest = allowance.window();
    if (nearest == null) {
      return;
    }
    response.setHeader("X-RateLimit-Limit", Long.toString(allowance.limit()));
    response.setHeader("X-RateLimit-Remaining", Long.toString(allowance.remaining()));
    response.setHeader("X-RateLimit-Reset", Long.toString(ceilSeconds(allowance.resetMillis())));
    StringBuilder policy = new StringBuilder();
    for (Window window : limits.limited()) {
      policy
          .append(policy.isEmpty() ? "" : ", ")
          .append(name(window))
          .append(";q=")
          .append(limits.of(window))
          .append(";w=")
          .append(window.millis() / 1_000);
    }
    response.setHeader("RateLimit-Policy", policy.toString());
    response.setHeader(
        "RateLimit",
        name(nearest) + ";r=" + allowance.remaining() + ";t=" + secondsLeft(allowance, now));
  }

  /** How long to wait after a refusal, in whole seconds. */
  public static long secondsLeft(Allowance allowance, long now) {
    return secondsUntil(allowance.resetMillis(), now);
  }

  /** Whole seconds until an instant, at least one. */
  static long secondsUntil(long millis, long now) {
    return Math.max(1, ceilSeconds(millis - now));
  }

  private static String name(Window window) {
    return '"' + window.name().toLowerCase(Locale.ROOT) + '"';
  }

  private static long ceilSeconds(long millis) {
    return Math.floorDiv(millis + 999, 1_000);
  }
}
