package org.apikeys.sidecar;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.stream.Collectors;
import org.apikeys.client.Verdict;
import org.apikeys.client.Verdict.RateLimit;

/** How a key stands with its limits, as the server's headers show it. */
final class LimitHeaders {
  private static final Map<String, String> NAMES =
      Map.of("PT1S", "\"second\"", "PT1M", "\"minute\"", "PT1H", "\"hour\"", "P1D", "\"day\"");
  private static final int MOST_POLICIES = 1_024;

  /** Few limits differ. */
  private static final Memo<List<Verdict.Limit>, String> POLICIES =
      new Memo<>(
          MOST_POLICIES,
          limits -> limits.stream().map(LimitHeaders::policy).collect(Collectors.joining(", ")));

  private LimitHeaders() {}

  /** Tells each header with its value. */
  static void tell(RateLimit limit, BiConsumer<CharSequence, String> headers) {
    Instant reset = limit.resetAt();
    long resetSeconds = reset.getEpochSecond() + (reset.getNano() == 0 ? 0 : 1);
    long wait = Math.max(1, Math.floorDiv(reset.toEpochMilli() - now() + 999, 1_000));
    String remaining = Long.toString(limit.remaining());
    headers.accept(Headers.LIMIT, Long.toString(limit.limit()));
    headers.accept(Headers.REMAINING, remaining);
    headers.accept(Headers.RESET, Long.toString(resetSeconds));
    headers.accept(Headers.POLICY, POLICIES.of(limit.all()));
    headers.accept(Headers.STANDING, name(limit.window()) + ";r=" + remaining + ";t=" + wait);
  }

  private static long now() {
    return System.currentTimeMillis();
  }

  private static String policy(Verdict.Limit limit) {
    return name(limit.window())
        + ";q="
        + limit.limit()
        + ";w="
        + Duration.parse(limit.window()).toSeconds();
  }

  private static String name(String window) {
    return NAMES.getOrDefault(window, '"' + window + '"');
  }
}
