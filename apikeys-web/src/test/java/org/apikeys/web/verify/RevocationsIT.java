package org.apikeys.web.verify;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;
import org.apikeys.store.Json;
import org.apikeys.web.server.Eventually;
import org.apikeys.web.server.IssuedKey;
import org.apikeys.web.server.Person;
import org.apikeys.web.server.SharedServer;
import org.apikeys.web.server.Tenant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** {@code GET /api/v1/revocations}: what a client-side cache must drop. */
@ExtendWith(SharedServer.class)
class RevocationsIT {
  private static final String PATH = "/api/v1/revocations";
  private static final Duration LIMIT = Duration.ofSeconds(20);

  private final Tenant tenant;

  RevocationsIT(Tenant tenant) {
    this.tenant = tenant;
  }

  @Test
  void tellsOfChangesAndRevocationsOfTheOrganizationAlone() throws Exception {
    IssuedKey key = tenant.key().issue();
    Tenant other = tenant.server().newTenant();
    IssuedKey foreign = other.key().issue();
    List<String> lines = new CopyOnWriteArrayList<>();
    Thread listener = listening(tenant.gateway().key().value(), lines);
    try {
      // the stream may begin a moment after the first change: change until it is heard
      Eventually.within(
          LIMIT,
          () -> {
            tenant
                .admin()
                .put(key.path(), Map.of("description", "" + System.nanoTime()))
                .expect(200);
            Eventually.pause(300);
            assertThat(lines).contains("event: changed");
          });
      other.admin().delete(foreign.path()).expect(200);
      tenant.admin().delete(key.path()).expect(200);
      Eventually.within(LIMIT, () -> assertThat(lines).contains("event: revoked"));
      String data = lines.get(lines.indexOf("event: revoked") + 1);
      JsonNode event = Json.MAPPER.readTree(data.substring("data: ".length()));
      assertThat(event.path("key_id").asText()).isEqualTo(key.keyId());
      assertThat(event.path("at").asText()).endsWith("Z");
      assertThat(event.path("digest_prefix").asText()).isNotBlank();
      assertThat(lines).noneMatch(line -> line.contains("\"" + foreign.keyId() + "\""));
      assertThat(String.join("\n", lines)).doesNotContain(key.value());
    } finally {
      listener.interrupt();
    }
  }

  @Test
  void saysThatItIsAliveAndThatAnyKeyMayHaveChanged() {
    Person owner = tenant.newPerson("developer");
    List<String> lines = new CopyOnWriteArrayList<>();
    Thread listener = listening(tenant.gateway().key().value(), lines);
    try {
      Eventually.within(
          LIMIT,
          () ->
              assertThat(lines.stream().filter(line -> line.startsWith(":")).count())
                  .isGreaterThan(3));
      tenant
          .server()
          .admin()
          .put("/api/v1/users/" + owner.id(), Map.of("is_active", false))
          .expect(200);
      Eventually.within(LIMIT, () -> assertThat(lines).contains("event: reset"));
    } finally {
      listener.interrupt();
    }
  }

  @Test
  void takesTheScopeToVerify() {
    tenant.person("developer").api().get(PATH).expectProblem(403, "FORBIDDEN");
  }

  private Thread listening(String gatewayKey, List<String> lines) {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(tenant.server().uri() + PATH))
            .header("X-API-Key", gatewayKey)
            .build();
    Thread thread =
        new Thread(
            () -> {
              try (Stream<String> body =
                  HttpClient.newHttpClient().send(request, BodyHandlers.ofLines()).body()) {
                body.forEach(lines::add);
              } catch (Exception e) {
                lines.add("ended: " + e);
              }
            },
            "listens to revocations");
    thread.setDaemon(true);
    thread.start();
    return thread;
  }
}
