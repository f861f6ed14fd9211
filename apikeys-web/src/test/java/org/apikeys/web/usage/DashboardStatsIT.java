package org.apikeys.web.usage;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Map;
import org.apikeys.web.server.Answer;
import org.apikeys.web.server.Eventually;
import org.apikeys.web.server.IssuedKey;
import org.apikeys.web.server.Json;
import org.apikeys.web.server.RunningServer;
import org.apikeys.web.server.SharedServer;
import org.apikeys.web.server.Tenant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** {@code GET /api/v1/dashboard/stats}. */
@ExtendWith(SharedServer.class)
class DashboardStatsIT {
  private static final String STATS = "/api/v1/dashboard/stats";

  private final Tenant fresh;

  DashboardStatsIT(RunningServer server) {
    fresh = server.newTenant();
  }

  @Test
  void isWholeWithoutACall() {
    Answer stats = fresh.admin().get(STATS).expect(200);
    assertThat(stats.number("/open_tickets")).isZero();
    assertThat(stats.number("/resolved_tickets")).isZero();
    assertThat(stats.number("/active_api_keys")).isZero();
    assertThat(stats.number("/total_api_calls")).isZero();
    assertThat(stats.at("/api_usage/success_rate").asDouble()).isEqualTo(100.0);
    assertThat(stats.at("/api_usage/avg_response_time").isNumber()).isTrue();
    assertThat(stats.at("/recent_tickets")).isEmpty();
    assertThat(stats.at("/api_keys")).isEmpty();
  }

  @Test
  void countsKeysAndAllowedCalls() {
    IssuedKey key = fresh.key().scopes("agents:read").unlimited().issue();
    IssuedKey inactive = fresh.key().issue();
    fresh.admin().put(inactive.path(), Map.of("is_active", false)).expect(200);
    IssuedKey revoked = fresh.key().issue();
    fresh.admin().delete(revoked.path()).expect(200);
    long before = stats().number("/total_api_calls");
    for (int i = 0; i < 3; i++) {
      fresh.gateway().verify(key);
    }
    fresh.gateway().verify(key, "scopes", "agents:write");
    Eventually.within(
        Duration.ofSeconds(3),
        () -> {
          Answer stats = stats();
          // The gateway's own key is one of the active, and its calls are calls too.
          assertThat(stats.number("/active_api_keys")).isEqualTo(2);
          assertThat(stats.number("/total_api_calls")).isEqualTo(before + 3 + 4);
          assertThat(stats.at("/api_usage/success_rate").asDouble()).isBetween(50.0, 99.9);
          assertThat(Json.texts(stats.at("/api_keys"), "name")).contains(key.name());
          stats
              .at("/api_keys")
              .forEach(
                  shown -> {
                    if (shown.path("id").asLong() == key.id()) {
                      assertThat(shown.path("usage_count").asLong()).isEqualTo(3);
                      assertThat(shown.path("last_used").asText()).endsWith("Z");
                      assertThat(shown.path("is_active").asBoolean()).isTrue();
                    }
                  });
        });
    assertThat(stats().body()).doesNotContain(key.value());
  }

  @Test
  void isForPeopleWhoReadUsage() {
    fresh.person("developer").api().get(STATS).expect(200);
    fresh.person("auditor").api().get(STATS).expect(200);
    fresh.person("gateway").api().get(STATS).expectProblem(403, "FORBIDDEN");
    fresh.server().anonymous().get(STATS).expectProblem(401, "UNAUTHENTICATED");
  }

  private Answer stats() {
    return fresh.admin().get(STATS).expect(200);
  }
}
