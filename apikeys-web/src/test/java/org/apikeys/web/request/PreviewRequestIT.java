package org.apikeys.web.request;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.apikeys.web.server.Answer;
import org.apikeys.web.server.Json;
import org.apikeys.web.server.Person;
import org.apikeys.web.server.SharedServer;
import org.apikeys.web.server.Tenant;
import org.apikeys.web.server.Unique;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** {@code POST /api/v1/key-requests/preview}. */
@ExtendWith(SharedServer.class)
class PreviewRequestIT {
  private static final String PREVIEW = "/api/v1/key-requests/preview";

  private final Tenant tenant;
  private final Person developer;

  PreviewRequestIT(Tenant tenant) {
    this.tenant = tenant;
    developer = tenant.person("developer");
  }

  private Answer preview(Object... fields) {
    return developer.api().post(PREVIEW, Json.object(fields));
  }

  @Test
  void saysWhoWillHaveToAgreeAndHowRiskyItIs() {
    long before = developer.api().get("/api/v1/key-requests").expect(200).number("/total");
    Answer answer =
        preview(
                "kind",
                "new_key",
                "name",
                "wished",
                "environment",
                "production",
                "scopes",
                List.of("agents:write"))
            .expect(200);
    assertThat(answer.at("/automatic").asBoolean()).isFalse();
    assertThat(answer.number("/required_approvals")).isEqualTo(1);
    assertThat(Json.texts(answer.at("/stages/0/roles"))).contains("manager");
    assertThat(answer.number("/risk/score")).isPositive();
    assertThat(answer.at("/risk/reasons")).isNotEmpty();
    assertThat(answer.text("/wanted/owner")).isEqualTo(developer.name());
    assertThat(developer.api().get("/api/v1/key-requests").expect(200).number("/total"))
        .isEqualTo(before);
  }

  @Test
  void saysWhatIsHadAtOnce() {
    Answer answer =
        preview("kind", "new_key", "name", "wished", "environment", "development").expect(200);
    assertThat(answer.at("/automatic").asBoolean()).isTrue();
    assertThat(answer.number("/required_approvals")).isZero();
  }

  @Test
  void narrowingNeedsNobodyAndWideningIsJudged() {
    String key = productionKey();
    Answer narrower = preview("kind", "change", "key_id", key, "scopes", List.of("agents:read"));
    assertThat(narrower.expect(200).at("/automatic").asBoolean()).isTrue();
    assertThat(narrower.text("/policy")).isEqualTo("narrowing");
    Answer asked =
        developer
            .api()
            .post(
                "/api/v1/key-requests",
                Json.object(
                    "kind",
                    "change",
                    "key_id",
                    key,
                    "scopes",
                    List.of("agents:read"),
                    "justification",
                    "less"))
            .expect(201);
    assertThat(asked.text("/status")).as("as it was foretold").isEqualTo("fulfilled");
    assertThat(asked.text("/policy")).isEqualTo("narrowing");
    Answer wider =
        preview("kind", "change", "key_id", key, "scopes", List.of("agents:read", "metrics:read"));
    assertThat(wider.expect(200).at("/automatic").asBoolean()).isFalse();
    assertThat(wider.number("/required_approvals")).isEqualTo(1);
  }

  private String productionKey() {
    return tenant
        .admin()
        .post(
            "/api/v1/api-keys",
            Json.object(
                "name",
                Unique.name("key"),
                "owner",
                developer.name(),
                "environment",
                "production",
                "scopes",
                List.of("agents:read", "agents:write")))
        .expect(201)
        .text("/key_id");
  }

  @Test
  void namesWhatIsWrong() {
    preview("kind", "new_key", "name", "wished", "scopes", List.of("no:such"))
        .expectInvalid("scopes[0]");
    preview("kind", "nothing").expectInvalid("kind");
    preview("kind", "change", "name", "x").expectInvalid("key_id");
    preview("kind", "change", "key_id", "key-999999999", "name", "x")
        .expectProblem(404, "NOT_FOUND");
  }

  @Test
  void isForThoseWhoMayAsk() {
    Map<String, String> body = Map.of("kind", "new_key", "name", "x");
    tenant.person("auditor").api().post(PREVIEW, body).expectProblem(403, "FORBIDDEN");
    tenant.server().anonymous().post(PREVIEW, body).expectProblem(401, "UNAUTHENTICATED");
  }
}
