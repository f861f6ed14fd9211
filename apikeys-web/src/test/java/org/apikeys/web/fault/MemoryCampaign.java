package org.apikeys.web.fault;

import static org.apikeys.web.server.Measured.report;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.apikeys.web.server.Answer;
import org.apikeys.web.server.Api;
import org.apikeys.web.server.Eventually;
import org.apikeys.web.server.Gateway;
import org.apikeys.web.server.IssuedKey;
import org.apikeys.web.server.MadeUpKey;
import org.apikeys.web.server.RunningServer;
import org.apikeys.web.server.Tenant;
import org.apikeys.web.server.Unique;
import org.junit.jupiter.api.Test;

/** A server with little memory, and all that it is asked to remember. */
class MemoryCampaign {
  private static final String FAULT = "little memory";
  private static final Duration LONG = Duration.ofMinutes(5);
  private static final int KEYS = 1_200;
  private static final int UNKNOWN = 6_000;
  private static final String LARGE_TEXT = "x".repeat(1_000_000);

  private static Callers asking(int number, Supplier<Answer> call) {
    return new Callers(number, Duration.ZERO, call);
  }

  @Test
  void whatIsRememberedIsBounded() {
    try (RunningServer server =
        RunningServer.named("memory")
            .heap("256m")
            .setting("APIKEYS_VERIFY_CACHED_KEYS", "1000")
            .start()) {
      Tenant tenant = server.newTenant();
      Gateway gateway = tenant.gateway();
      List<IssuedKey> keys = new ArrayList<>();
      for (int i = 0; i < KEYS; i++) {
        keys.add(tenant.key().unlimited().with("description", "d".repeat(400)).issue());
      }
      AtomicInteger next = new AtomicInteger();
      Api admin = tenant.admin();
      Api stranger = server.anonymous();
      long began = System.nanoTime();
      try (Callers known =
              asking(4, () -> gateway.ask(keys.get(next.getAndIncrement() % KEYS).value()));
          Callers unknown = asking(8, () -> gateway.ask(MadeUpKey.wellFormed()));
          Callers pages = asking(4, () -> admin.get("/api/v1/api-keys?size=200"));
          Callers log = asking(2, () -> admin.get("/api/v1/audit/events?size=200"));
          Callers large =
              asking(
                  8,
                  () ->
                      admin.post(
                          "/api/v1/api-keys",
                          Map.of("name", Unique.name("large"), "description", LARGE_TEXT)));
          Callers strangers =
              asking(
                  4,
                  () ->
                      stranger.post(
                          "/api/v1/auth/token",
                          Map.of("username", Unique.name("nobody"), "password", "not-this")))) {
        Eventually.within(LONG, () -> assertThat(unknown.all()).hasSizeGreaterThan(UNKNOWN));
        long end = System.nanoTime();
        for (Map.Entry<String, Callers> one :
            Map.of(
                    "known keys", known,
                    "unknown keys", unknown,
                    "pages of 200 keys", pages,
                    "pages of 200 records", log,
                    "bodies of a megabyte", large,
                    "sign-ins of nobody", strangers)
                .entrySet()) {
          report(
              FAULT, one.getKey() + ": " + Callers.described(one.getValue().between(began, end)));
        }
        assertThat(Callers.codes(known.between(began, end))).containsOnlyKeys("VALID");
        assertThat(Callers.codes(unknown.between(began, end))).containsOnlyKeys("NOT_FOUND");
        assertThat(Callers.codes(pages.between(began, end))).containsOnlyKeys("200");
        assertThat(Callers.codes(log.between(began, end))).containsOnlyKeys("200");
        assertThat(large.between(began, end))
            .isNotEmpty()
            .allMatch(one -> one.status() >= 400 && one.status() < 500);
        assertThat(strangers.between(began, end))
            .isNotEmpty()
            .allMatch(one -> one.status() == 401 || one.status() == 429);
      }
      assertThat(server.log()).doesNotContain("OutOfMemoryError");
      assertThat(gateway.code(keys.get(0))).isEqualTo("VALID");
      Eventually.within(LONG, () -> server.anonymous().get("/health/ready").expect(200));
    }
  }
}
