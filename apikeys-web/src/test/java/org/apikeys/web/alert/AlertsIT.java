package org.apikeys.web.alert;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apikeys.web.server.Answer;
import org.apikeys.web.server.Api;
import org.apikeys.web.server.Eventually;
import org.apikeys.web.server.IssuedKey;
import org.apikeys.web.server.Json;
import org.apikeys.web.server.SharedServer;
import org.apikeys.web.server.Tenant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Alerts by HTTP, from the event to its end. */
@ExtendWith(SharedServer.class)
class AlertsIT {
  private static final String ALERTS = "/api/v1/alerts";
  private static final Duration LIMIT = Duration.ofSeconds(30);

  private final Tenant tenant;

  AlertsIT(Tenant tenant) {
    this.tenant = tenant;
  }

  /** The alert about a key, once it is there. */
  private static JsonNode alertAbout(Tenant tenant, IssuedKey key, String kind) {
    JsonNode[] found = new JsonNode[1];
    Eventually.within(
        LIMIT,
        () -> {
          JsonNode alerts =
              tenant
                  .admin()
                  .get(ALERTS + "?kind=" + kind + "&key=" + key.keyId())
                  .expect(200)
                  .at("/alerts");
          assertThat(alerts).hasSize(1);
          found[0] = alerts.get(0);
        });
    return found[0];
  }

  private static String pathOf(JsonNode alert) {
    return ALERTS + "/" + alert.path("id").asLong();
  }

  @Test
  void aSecretInAUrlRaisesOneAlertThatPeopleResolve() {
    IssuedKey key = tenant.key().issue();
    Api anonymous = tenant.server().anonymous();
    anonymous.get("/api/v1/api-keys?api_key=" + key.value()).expectProblem(400, "KEY_IN_URL");
    anonymous
        .header("X-Forwarded-Uri", "/x?api_key=" + key.value())
        .get("/api/v1/authorize")
        .expectProblem(401, "KEY_IN_URL");
    JsonNode alert = alertAbout(tenant, key, "key_in_url");
    assertThat(alert.path("severity").asText()).isEqualTo("critical");
    assertThat(alert.path("detail").asText()).contains(key.name()).doesNotContain(key.value());
    String path = pathOf(alert);

    Api manager = tenant.person("manager").api();
    assertThat(manager.get(ALERTS + "/counts").expect(200).number("/by_severity/critical"))
        .isPositive();
    tenant.person("auditor").api().get(path).expect(200);
    tenant.person("auditor").api().post(path + "/acknowledge").expectProblem(403, "FORBIDDEN");
    tenant.person("developer").api().get(path).expectProblem(403, "FORBIDDEN");
    tenant.server().newTenant().admin().get(path).expectProblem(404, "NOT_FOUND");
    tenant.server().newTenant().admin().post(path + "/resolve").expectProblem(404, "NOT_FOUND");

    manager.post(path + "/reopen").expectProblem(409, "CONFLICT");
    Eventually.within(
        LIMIT, () -> assertThat(manager.get(path).number("/occurrences")).isEqualTo(2));
    Answer read = manager.get(path).expect(200);
    Api fresh = manager.header("If-Match", read.requireHeader("etag"));
    assertThat(fresh.post(path + "/acknowledge").expect(200).text("/status"))
        .isEqualTo("acknowledged");
    fresh.post(path + "/resolve").expectProblem(412, "PRECONDITION_FAILED");
    Answer resolved = manager.post(path + "/resolve", Map.of("comment", "rotated")).expect(200);
    assertThat(resolved.text("/comment")).isEqualTo("rotated");
    manager.post(path + "/undo-answer").expectProblem(409, "CONFLICT");
    assertThat(manager.post(path + "/reopen", Map.of()).expect(200).text("/status"))
        .isEqualTo("open");
    Eventually.within(
        LIMIT,
        () ->
            assertThat(
                    Json.texts(
                        tenant
                            .admin()
                            .get("/api/v1/audit/events?size=50&target=alert:" + alert.path("id"))
                            .expect(200)
                            .at("/events"),
                        "action"))
                .contains(
                    "alert.raised", "alert.acknowledged", "alert.resolved", "alert.reopened"));
  }

  @Test
  void theOwnerIsToldAndAWebhookWithinMoments() {
    Tenant own = tenant.server().newTenant();
    String hook =
        "/api/v1/webhooks/"
            + own.admin()
                .post(
                    "/api/v1/webhooks",
                    Json.object(
                        "url", "https://no-such-host.invalid/h", "events", List.of("alert.raised")))
                .expect(201)
                .number("/id");
    IssuedKey key = own.key().with("owner", own.person("developer").name()).issue();
    own.server().anonymous().get("/api/v1/alerts?api_key=" + key.value());
    alertAbout(own, key, "key_in_url");
    assertThat(own.person("developer").api().get("/api/v1/notices").expect(200).at("/notices"))
        .anySatisfy(notice -> assertThat(notice.path("event").asText()).isEqualTo("alert.raised"));
    assertThat(own.admin().get(hook + "/deliveries").expect(200).at("/deliveries"))
        .anySatisfy(one -> assertThat(one.path("event").asText()).isEqualTo("alert.raised"));
  }

  @Test
  void aRetiredSecretThatIsStillUsedIsTold() {
    IssuedKey key = tenant.key().issue();
    tenant.admin().post(key.path() + "/rotate", Map.of("overlap", "PT0S")).expect(200);
    Eventually.within(LIMIT, () -> assertThat(tenant.gateway().code(key)).isEqualTo("EXPIRED"));
    JsonNode alert = alertAbout(tenant, key, "retired_secret_used");
    assertThat(alert.path("detail").asText()).contains("generation 1", key.name());
    tenant.gateway().code(key);
    Eventually.within(
        LIMIT,
        () ->
            assertThat(tenant.admin().get(pathOf(alert)).number("/occurrences"))
                .isGreaterThanOrEqualTo(2));
  }

  @Test
  void aNameThatIsLockedIsTold() {
    Tenant own = tenant.server().newTenant();
    String name = own.newPerson("developer").name();
    for (int i = 0; i < 10; i++) {
      own.server()
          .anonymous()
          .post("/api/v1/auth/token", Map.of("username", name, "password", "wrong-" + i));
    }
    Eventually.within(
        LIMIT,
        () ->
            assertThat(own.admin().get(ALERTS + "?kind=sign_in_locked").expect(200).at("/alerts"))
                .singleElement()
                .satisfies(alert -> assertThat(alert.path("subject").asText()).contains(name)));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "status=closed",
        "severity=high",
        "kind=nothing",
        "key=abc",
        "from=yesterday",
        "size=0",
        "page=0"
      })
  void refusesWhatIsNoFilter(String query) {
    tenant.admin().get(ALERTS + "?" + query).expectInvalid(query.split("=", 2)[0]);
  }

  @Test
  void refusesAReversedPeriodAndALongComment() {
    tenant
        .admin()
        .get(ALERTS + "?from=2026-02-01T00:00:00Z&to=2026-01-01T00:00:00Z")
        .expectInvalid("to");
    tenant.admin().get(ALERTS + "/0").expectProblem(404, "NOT_FOUND");
    tenant.admin().get(ALERTS + "/999999999").expectProblem(404, "NOT_FOUND");
    tenant
        .admin()
        .post(ALERTS + "/999999999/resolve", Map.of("comment", "x".repeat(1001)))
        .expectInvalid("comment");
    tenant.server().anonymous().get(ALERTS).expectProblem(401, "UNAUTHENTICATED");
  }
}
