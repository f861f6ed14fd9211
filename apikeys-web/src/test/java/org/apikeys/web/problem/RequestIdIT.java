package org.apikeys.web.problem;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.Set;
import org.apikeys.web.server.Answer;
import org.apikeys.web.server.Api;
import org.apikeys.web.server.RawRequest;
import org.apikeys.web.server.SharedServer;
import org.apikeys.web.server.Tenant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code X-Request-Id}. */
@ExtendWith(SharedServer.class)
class RequestIdIT {
  private static final String ID = "X-Request-Id";

  private final Tenant tenant;

  RequestIdIT(Tenant tenant) {
    this.tenant = tenant;
  }

  @Test
  void givesEveryAnswerAnIdOfItsOwn() {
    Api anonymous = tenant.server().anonymous();
    Set<String> ids = new HashSet<>();
    ids.add(tenant.admin().get("/api/v1/api-keys").expect(200).requireHeader(ID));
    ids.add(tenant.admin().get("/api/v1/api-keys/0").expect(404).requireHeader(ID));
    ids.add(anonymous.get("/api/v1/api-keys").expect(401).requireHeader(ID));
    ids.add(anonymous.get("/api/v1/authorize").expect(401).requireHeader(ID));
    ids.add(tenant.gateway().ask("x").expect(200).requireHeader(ID));
    ids.add(anonymous.get("/nothing").expect(404).requireHeader(ID));
    assertThat(ids).hasSize(6).allSatisfy(id -> assertThat(id).isNotBlank());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"req-1", "0198a6c2-5b1e-7f3a-9d42-6c1f0e8b7a55", "abcDEF012_.-", "A1b2c3d4e5f6"})
  void keepsAWellFormedOne(String id) {
    Api client = tenant.admin().header(ID, id);
    assertThat(client.get("/api/v1/api-keys").expect(200).requireHeader(ID)).isEqualTo(id);
    Answer problem = client.get("/api/v1/api-keys/0").expectProblem(404, "NOT_FOUND");
    assertThat(problem.text("/request_id")).isEqualTo(id);
  }

  @ParameterizedTest
  @ValueSource(strings = {"<script>alert(1)</script>", "a b", "a\"b", "{}", "way too long"})
  void replacesAMalformedOne(String id) {
    String sent = id.startsWith("way") ? "x".repeat(2000) : id;
    Answer answer =
        RawRequest.of(tenant.server().uri(), "GET", "/api/v1/api-keys/0").header(ID, sent).send();
    assertThat(answer.requireHeader(ID)).isNotEqualTo(sent).isNotBlank();
    assertThat(answer.body()).doesNotContain(sent);
  }
}
