package org.apikeys.ear;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apikeys.web.server.Answer;
import org.apikeys.web.server.Api;
import org.junit.jupiter.api.Test;

/** A key's life on a full Jakarta EE server. */
class FullServerIT {
  private static final String PASSWORD = "correct-horse-battery-staple";

  @Test
  void issuesVerifiesAndRevokesAKey() throws IOException {
    Path data = Files.createTempDirectory(Path.of("target"), "data").toAbsolutePath();
    try (FullServer running =
        FullServer.start(
            Map.of("APIKEYS_DATA_DIR", data.toString(), "APIKEYS_ADMIN_PASSWORD", PASSWORD))) {
      running.deploy(Path.of(property("apikeys.ear")));
      String root = property("apikeys.context.root").replaceAll("/$", "");
      Api anonymous = new Api(URI.create(running.uri() + root));
      Api admin =
          anonymous.as(
              anonymous
                  .post("/api/v1/auth/token", Map.of("username", "admin", "password", PASSWORD))
                  .expect(200)
                  .text("/access_token"));

      Answer issued =
          admin
              .post(
                  "/api/v1/api-keys",
                  Map.of("name", "on a full server", "scopes", List.of("agents:read")))
              .expect(201);
      String key = issued.text("/key");
      assertThat(code(admin, key, "agents:read")).isEqualTo("VALID");
      assertThat(code(admin, key, "agents:write")).isEqualTo("INSUFFICIENT_SCOPE");
      anonymous.withKey(key).get("/api/v1/authorize?scope=agents:read").expect(200);

      admin.delete("/api/v1/api-keys/" + issued.number("/id")).expect(200);
      assertThat(code(admin, key, "agents:read")).isEqualTo("REVOKED");
      anonymous.get("/api/v1/api-keys").expectProblem(401, "UNAUTHENTICATED");
      Answer nowhere = anonymous.get("/api/v1/unicorns").expectAnyProblem();
      Api outside = new Api(URI.create(running.uri().toString()));
      outside.get(nowhere.text("/type")).expect(200);
      outside.get(root + "/explorer/").expect(200);
      assertThat(outside.get("/openapi").expect(200).body()).contains("/api/v1/api-keys/verify");
      assertThat(outside.header("Accept", "text/plain").get("/metrics").expect(200).body())
          .containsPattern("(?m)^apikeys_engine_answers.* 1(\\.0)?$");
      assertThat(outside.get("/health/ready").expect(200).body()).contains("UP");
    }
  }

  private static String code(Api admin, String key, String scope) {
    return admin
        .post("/api/v1/api-keys/verify", Map.of("key", key, "scopes", List.of(scope)))
        .expect(200)
        .text("/code");
  }

  private static String property(String name) {
    return Objects.requireNonNull(System.getProperty(name), name + " is not set: run by failsafe");
  }
}
