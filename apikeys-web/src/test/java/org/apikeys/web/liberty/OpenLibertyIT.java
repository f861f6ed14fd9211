package org.apikeys.web.liberty;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.apikeys.web.server.Answer;
import org.apikeys.web.server.Api;
import org.apikeys.web.server.RunningServer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/** A key's life on Open Liberty, in the profile {@code servers} alone, which fetches it. */
@EnabledIfSystemProperty(named = "open.liberty.home", matches = ".+")
class OpenLibertyIT {

  @Test
  void issuesVerifiesAndRevokesAKey() {
    try (OpenLiberty server = new OpenLiberty()) {
      Api anonymous = server.api();
      String token =
          anonymous
              .post(
                  "/api/v1/auth/token",
                  Map.of("username", "admin", "password", RunningServer.ADMIN_PASSWORD))
              .expect(200)
              .text("/access_token");
      Api admin = anonymous.as(token);
      Answer issued =
          admin
              .post(
                  "/api/v1/api-keys", Map.of("name", "elsewhere", "scopes", List.of("agents:read")))
              .expect(201);
      String key = issued.text("/key");
      assertThat(code(admin, key, "agents:read")).isEqualTo("VALID");
      assertThat(code(admin, key, "agents:write")).isEqualTo("INSUFFICIENT_SCOPE");
      anonymous.withKey(key).get("/api/v1/authorize?scope=agents:read").expect(200);
      admin.delete("/api/v1/api-keys/" + issued.number("/id")).expect(200);
      assertThat(code(admin, key, "agents:read")).isEqualTo("REVOKED");

      anonymous.get("/api/v1/api-keys").expectProblem(401, "UNAUTHENTICATED");
      anonymous.withKey(key).get("/api/v1/api-keys").expectProblem(401, "UNAUTHENTICATED");
      // a token that was cut short, and one that nobody has signed
      for (String wrong : List.of(token.substring(0, token.lastIndexOf('.') + 1), "a.b.c")) {
        anonymous.as(wrong).get("/api/v1/api-keys").expectProblem(401, "UNAUTHENTICATED");
      }
      anonymous.get("/api/v1/unicorns").expectProblem(404, "NOT_FOUND");
      assertThat(anonymous.get("/console/").expect(200).body()).contains("API keys");
      assertThat(anonymous.get("/openapi").expect(200).body()).contains("/api/v1/api-keys/verify");
      assertThat(anonymous.header("Accept", "text/plain").get("/metrics").expect(200).body())
          .contains("apikeys_verifications")
          .containsPattern("(?m)^apikeys_engine_answers.* 0(\\.0)?$");
    }
  }

  private static String code(Api admin, String key, String scope) {
    return admin
        .post("/api/v1/api-keys/verify", Map.of("key", key, "scopes", List.of(scope)))
        .expect(200)
        .text("/code");
  }
}
