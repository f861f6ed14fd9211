package org.apikeys.web.backup;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apikeys.web.server.Answer;
import org.apikeys.web.server.Api;
import org.apikeys.web.server.IssuedKey;
import org.apikeys.web.server.Json;
import org.apikeys.web.server.Person;
import org.apikeys.web.server.RunningServer;
import org.apikeys.web.server.SharedServer;
import org.apikeys.web.server.Tenant;
import org.apikeys.web.server.Unique;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** {@code POST /api/v1/backup}, and a server that begins from what it gave. */
@ExtendWith(SharedServer.class)
class BackupIT {
  private static final String BACKUP = "/api/v1/backup";
  private static final String PASSPHRASE = "seven random words make a good one";

  private final Tenant tenant;

  BackupIT(Tenant tenant) {
    this.tenant = tenant;
  }

  private HttpResponse<byte[]> backup() throws Exception {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(tenant.server().uri() + BACKUP))
            .timeout(Duration.ofMinutes(3))
            .header(
                "Authorization",
                "Bearer " + tenant.server().token("admin", RunningServer.ADMIN_PASSWORD))
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofString(Json.write(Map.of("passphrase", PASSPHRASE))))
            .build();
    return HttpClient.newHttpClient().send(request, BodyHandlers.ofByteArray());
  }

  @Test
  void beginsAnotherServerWithEverything() throws Exception {
    Person person = tenant.newPerson("developer");
    IssuedKey key = tenant.key().scopes("agents:read").issue();
    IssuedKey gateway = tenant.gateway().key();
    IssuedKey shown =
        tenant
            .key()
            .with("publishable", true)
            .with("restrictions", Map.of("referrers", List.of("https://example.com/*")))
            .issue();
    long before =
        tenant.server().admin().get("/api/v1/audit/events?size=1").number("/events/0/sequence");

    HttpResponse<byte[]> answer = backup();
    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.headers().firstValue("Content-Disposition").orElse(""))
        .contains("attachment", ".backup");
    assertThat(answer.headers().firstValue("Cache-Control").orElse("")).contains("no-store");
    assertThat(new String(answer.body(), StandardCharsets.ISO_8859_1))
        .startsWith("APIKBAK")
        .doesNotContain(person.name());
    Path file = tenant.server().dataFolder().resolveSibling("everything.backup");
    Files.write(file, answer.body());

    try (RunningServer restored =
        RunningServer.named("restored")
            .setting("APIKEYS_RESTORE_FILE", file.toString())
            .setting("APIKEYS_RESTORE_PASSPHRASE", PASSPHRASE)
            .start()) {
      restored.signIn(person.name(), person.password());
      Api admin = restored.admin();
      Answer verified =
          restored
              .anonymous()
              .withKey(gateway.value())
              .post(
                  "/api/v1/api-keys/verify",
                  Map.of("key", key.value(), "scopes", List.of("agents:read")))
              .expect(200);
      assertThat(verified.text("/code")).isEqualTo("VALID");
      Api owner = restored.signIn(tenant.person("admin").name(), tenant.person("admin").password());
      assertThat(owner.post(shown.path() + "/reveal").expect(200).text("/key"))
          .isEqualTo(shown.value());
      IssuedKey made = new Fresh(owner).key();
      assertThat(made.id()).isGreaterThan(shown.id());

      Answer log = admin.post("/api/v1/audit/verify").expect(200);
      assertThat(log.at("/verified").asBoolean()).isTrue();
      assertThat(log.number("/size")).isGreaterThan(before);
      for (String action : List.of("backup.created", "backup.restored")) {
        assertThat(admin.get("/api/v1/audit/events?action=" + action).expect(200).at("/events"))
            .as(action)
            .isNotEmpty();
      }
      assertThat(restored.log()).contains("Restored backup").doesNotContain(PASSPHRASE);
      restored.restart();
      restored.anonymous().get("/health/ready").expect(200);
    }
  }

  /** A key of the restored server. */
  private record Fresh(Api owner) {
    IssuedKey key() {
      Answer made =
          owner.post("/api/v1/api-keys", Map.of("name", Unique.name("after"))).expect(201);
      return new IssuedKey(made.number("/id"), made.text("/key"), made.json(), "");
    }
  }

  @Test
  void refusesWhoMayNotAndWhatIsNoPassphrase() {
    Api operator = tenant.server().admin();
    operator.post(BACKUP, Map.of()).expectInvalid("passphrase");
    operator.post(BACKUP, Map.of("passphrase", "too short")).expectInvalid("passphrase");
    operator.post(BACKUP, Map.of("passphrase", "x".repeat(1001))).expectInvalid("passphrase");
    operator.post(BACKUP, Map.of("passphrase", PASSPHRASE, "hue", 1)).expectInvalid("hue");
    Map<String, String> body = Map.of("passphrase", PASSPHRASE);
    tenant.admin().post(BACKUP, body).expectProblem(403, "FORBIDDEN");
    tenant.person("auditor").api().post(BACKUP, body).expectProblem(403, "FORBIDDEN");
    tenant.server().anonymous().post(BACKUP, body).expectProblem(401, "UNAUTHENTICATED");
  }
}
