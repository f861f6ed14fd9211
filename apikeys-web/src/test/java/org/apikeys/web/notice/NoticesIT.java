package org.apikeys.web.notice;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apikeys.web.server.Answer;
import org.apikeys.web.server.Api;
import org.apikeys.web.server.Eventually;
import org.apikeys.web.server.Json;
import org.apikeys.web.server.SharedServer;
import org.apikeys.web.server.Tenant;
import org.apikeys.web.server.Unique;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The inbox and the webhooks by HTTP. */
@ExtendWith(SharedServer.class)
class NoticesIT {
  private static final String NOTICES = "/api/v1/notices";
  private static final String WEBHOOKS = "/api/v1/webhooks";

  private final Tenant tenant;

  NoticesIT(Tenant tenant) {
    this.tenant = tenant;
  }

  @Test
  void aManagerFindsTheRequestInTheInbox() {
    Tenant own = tenant.server().newTenant();
    Api manager = own.person("manager").api();
    Answer request =
        own.person("developer")
            .api()
            .post("/api/v1/api-keys", Map.of("name", Unique.name("wanted")))
            .expect(202);
    Answer inbox = manager.get(NOTICES + "?unread=true").expect(200);
    assertThat(inbox.number("/unread")).isEqualTo(1);
    assertThat(inbox.text("/notices/0/event")).isEqualTo("request.submitted");
    assertThat(inbox.text("/notices/0/link")).endsWith("/" + request.number("/id"));
    String read = NOTICES + "/" + inbox.number("/notices/0/id") + "/read";
    own.person("developer").api().post(read).expectProblem(404, "NOT_FOUND");
    assertThat(manager.post(read).expect(200).at("/is_read").asBoolean()).isTrue();
    assertThat(manager.get(NOTICES).expect(200).number("/unread")).isZero();
    assertThat(manager.post(NOTICES + "/read-all").expect(200).number("/read")).isZero();
    own.server().anonymous().get(NOTICES).expectProblem(401, "UNAUTHENTICATED");
  }

  @Test
  void aWebhookIsMadeReadChangedAndDeleted() {
    Answer made =
        tenant
            .admin()
            .header("Idempotency-Key", Unique.name("hook"))
            .post(WEBHOOKS, Json.object("url", "https://example.com/h", "events", List.of("key.*")))
            .expect(201);
    assertThat(made.text("/secret")).startsWith("whsec_");
    String path = WEBHOOKS + "/" + made.number("/id");
    assertThat(tenant.admin().get(path).expect(200).at("/secret").isMissingNode()).isTrue();
    Answer changed = tenant.admin().put(path, Map.of("is_active", false)).expect(200);
    assertThat(changed.at("/is_active").asBoolean()).isFalse();
    assertThat(changed.text("/url")).isEqualTo("https://example.com/h");
    tenant.admin().post(path + "/test").expectProblem(409, "CONFLICT");
    tenant.server().newTenant().admin().get(path).expectProblem(404, "NOT_FOUND");
    tenant.admin().put(path, "{\"url\": null}").expectInvalid("url");
    tenant.person("manager").api().get(WEBHOOKS).expectProblem(403, "FORBIDDEN");
    tenant.admin().delete(path).expect(204);
    tenant.admin().get(path).expectProblem(404, "NOT_FOUND");
  }

  @Test
  void aDeliveryThatFailsSaysWhy() {
    Answer made =
        tenant
            .admin()
            .post(
                WEBHOOKS,
                Json.object("url", "https://no-such-host.invalid/h", "events", List.of("*")))
            .expect(201);
    String path = WEBHOOKS + "/" + made.number("/id");
    tenant.admin().post(path + "/test").expect(202);
    Eventually.within(
        Duration.ofSeconds(60),
        () -> {
          JsonNode all = tenant.admin().get(path + "/deliveries").expect(200).at("/deliveries");
          assertThat(all).isNotEmpty();
          assertThat(all)
              .anySatisfy(one -> assertThat(one.path("error").asText()).contains("address"));
        });
    tenant.admin().delete(path).expect(204);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{}",
        "{\"url\": \"https://example.com\"}",
        "{\"url\": \"https://example.com\", \"events\": []}",
        "{\"url\": \"https://example.com\", \"events\": [\"no.such\"]}",
        "{\"url\": \"https://example.com\", \"events\": [5]}",
        "{\"url\": \"https://example.com:0/h\", \"events\": [\"*\"]}",
        "{\"url\": \"https://example.com:65536/h\", \"events\": [\"*\"]}",
        "{\"url\": \"http://10.0.0.1/\", \"events\": [\"*\"]}",
        "{\"url\": \"file:///etc/passwd\", \"events\": [\"*\"]}",
        "{\"url\": \"https://example.com\", \"events\": [\"*\"], \"secret\": \"weak\"}",
        "{\"url\": \"https://example.com\", \"events\": [\"*\"], \"hue\": 1}"
      })
  void refusesWhatIsNoWebhook(String body) {
    tenant.admin().post(WEBHOOKS, body).expectProblem(400, "VALIDATION_FAILED");
  }

  @Test
  void saysHowAnAddressInsideCanBeAllowed() {
    Answer refused =
        tenant
            .admin()
            .post(WEBHOOKS, Map.of("url", "http://10.0.0.1/", "events", List.of("*")))
            .expectInvalid("url");
    assertThat(refused.text("/errors/0/message")).contains("apikeys.webhooks.allow-private");
  }
}
