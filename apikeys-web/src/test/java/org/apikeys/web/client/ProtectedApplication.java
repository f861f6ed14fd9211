package org.apikeys.web.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.apikeys.web.server.Answer;
import org.apikeys.web.server.Api;
import org.apikeys.web.server.Cable;
import org.apikeys.web.server.Eventually;
import org.apikeys.web.server.IssuedKey;
import org.apikeys.web.server.RawRequest;
import org.apikeys.web.server.SharedServer;
import org.apikeys.web.server.Tenant;
import org.apikeys.web.server.Unique;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.extension.ExtendWith;

/** What holds for an application that is protected by the Java client, called over HTTP. */
@ExtendWith(SharedServer.class)
@TestInstance(Lifecycle.PER_CLASS)
abstract class ProtectedApplication {
  private static final Duration LIMIT = Duration.ofSeconds(30);
  private static final String AGENTS = "/api/agents";
  private static final int STALE_SECONDS = 4;

  private final Tenant tenant;
  private final ApplicationServer on;

  @SuppressWarnings("NullAway.Init")
  private Cable cable;

  @SuppressWarnings("NullAway.Init")
  private SampleServer sample;

  ProtectedApplication(Tenant tenant, ApplicationServer on) {
    this.tenant = tenant;
    this.on = on;
  }

  @BeforeAll
  void startTheApplication() {
    cable = new Cable(tenant.server().port());
    sample =
        new SampleServer(
            on,
            Map.of(
                "APIKEYS_CLIENT_URL",
                cable.uri().toString(),
                "APIKEYS_CLIENT_KEY",
                tenant.gateway().key().value(),
                "APIKEYS_CLIENT_FAIL_MODE",
                "last-known",
                "APIKEYS_CLIENT_STALE_LIMIT",
                "PT" + STALE_SECONDS + "S",
                "APIKEYS_CLIENT_SPOOL",
                Path.of("target", "servers", Unique.name("spool")).toAbsolutePath().toString()));
  }

  @AfterAll
  void stopAll() throws IOException {
    sample.close();
    cable.close();
  }

  @BeforeEach
  void awaitTheStream() {
    cable.mend();
    Eventually.within(
        LIMIT, () -> assertThat(count("apikeys_client_revocation_connections_total")).isPositive());
  }

  @Test
  void signsInAndHoldsResourcesAndEjbsToTheirScopes() {
    IssuedKey reader = key("agents:read");
    Answer listed = caller(reader).get(AGENTS).expect(200);
    assertThat(listed.text("/caller")).isEqualTo(reader.keyId());
    expect(caller(reader).send("POST", AGENTS, null), 403, "INSUFFICIENT_SCOPE");
    expect(caller(reader).send("POST", "/api/deployments", null), 403, "INSUFFICIENT_SCOPE");

    Api writer = sample.api().as(key("agents:write").value());
    writer.get(AGENTS).expect(200);
    writer.send("POST", AGENTS, null).expect(200);
    Api deployer = caller(key("deployments:write"));
    assertThat(deployer.send("POST", "/api/deployments", null).expect(200).body())
        .isEqualTo("deployed");
    deployer.get(AGENTS).expect(403);
  }

  @Test
  void holdsInheritedMethodsToTheScopeOfTheClassOrTheContract() {
    Api reader = caller(key("agents:read"));
    for (String path : List.of("/api/releases", "/api/notes")) {
      expect(reader.send("POST", path, null), 403, "INSUFFICIENT_SCOPE");
      Answer announced = caller(key("deployments:write")).send("POST", path, null).expect(200);
      assertThat(announced.body()).isEqualTo("announced");
    }
    expect(reader.get("/api/catalogue"), 403, "INSUFFICIENT_SCOPE");
    caller(key("agents:write")).get("/api/catalogue").expect(200);
  }

  @Test
  void refusesWhoHasNoGoodKey() {
    Api anonymous = sample.api();
    anonymous.get("/api/counts").expect(200);
    expect(anonymous.get(AGENTS), 401, "UNAUTHENTICATED");
    expect(anonymous.send("POST", "/api/deployments", null), 401, "UNAUTHENTICATED");
    IssuedKey key = key("agents:read");
    expect(anonymous.get(AGENTS + "?api_key=" + key.value()), 400, "KEY_IN_URL");
    Answer twice =
        RawRequest.of(anonymous.root(), "GET", AGENTS)
            .header("X-API-Key", key.value())
            .header("X-API-Key", "another")
            .send();
    expect(twice, 400, "AMBIGUOUS_CREDENTIALS");
    long asked = count("apikeys_client_asked_total");
    String last = key.value().endsWith("0") ? "1" : "0";
    String mistyped = key.value().substring(0, key.value().length() - 1) + last;
    expect(anonymous.withKey(mistyped).get(AGENTS), 401, "MALFORMED");
    assertThat(count("apikeys_client_asked_total")).isEqualTo(asked);
    tenant.admin().delete(key.path()).expect(200);
    expect(caller(key).get(AGENTS), 401, "REVOKED");
  }

  @Test
  void decidesItselfAndReportsEveryCall() {
    IssuedKey key = tenant.key().scopes("agents:read").with("rate_limit", 100_000).issue();
    AtomicLong calls = new AtomicLong();
    // a key that was just made is asked about for a while, since the news of it is still on the way
    Eventually.within(
        LIMIT,
        () -> {
          long before = count("apikeys_client_decided_here_total");
          for (int i = 0; i < 60; i++) {
            caller(key).get(AGENTS).expect(200);
            calls.incrementAndGet();
          }
          assertThat(count("apikeys_client_decided_here_total") - before).isGreaterThan(30);
        });
    Eventually.within(
        LIMIT, () -> assertThat(read(key).number("/usage_count")).isEqualTo(calls.get()));
    assertThat(read(key).at("/usage/0/endpoint").asText()).isEqualTo(AGENTS);
    assertThat(read(key).at("/usage/0/status_code").asInt()).isEqualTo(200);
  }

  @Test
  void neverPassesALimit() {
    IssuedKey key =
        tenant
            .key()
            .scopes("agents:read")
            .with("rate_limits", Map.of("requests", Map.of("per_day", 40)))
            .issue();
    int granted = 0;
    for (int i = 0; i < 60; i++) {
      Answer answer = caller(key).get(AGENTS);
      if (answer.status() == 200) {
        granted++;
      } else {
        expect(answer, 429, "RATE_LIMITED");
        assertThat(Long.parseLong(answer.requireHeader("retry-after"))).isBetween(1L, 86_400L);
      }
    }
    // news of the key on its way drop what was lent: a tenth of the limit at most is never used
    assertThat(granted).isBetween(36, 40);
  }

  @Test
  void hearsOfARevocation() {
    IssuedKey key = key("agents:read");
    for (int i = 0; i < 20; i++) {
      caller(key).get(AGENTS).expect(200);
    }
    tenant.admin().delete(key.path()).expect(200);
    Eventually.within(LIMIT, () -> expect(caller(key).get(AGENTS), 401, "REVOKED"));
  }

  @Test
  void goesOnWithWhatWasLentWhileTheServerIsGoneAndNoLonger() {
    IssuedKey known = key("agents:read");
    IssuedKey unknown = key("agents:read");
    for (int i = 0; i < 5; i++) {
      caller(known).get(AGENTS).expect(200);
    }
    cable.cut();
    int granted = 5;
    if (caller(known).get(AGENTS).status() == 200) {
      granted++;
    }
    expect(caller(unknown).get(AGENTS), 503, "UNAVAILABLE");
    int more = 0;
    for (int i = 0; i < 600 && more >= 0; i++) {
      if (caller(known).get(AGENTS).status() == 200) {
        more++;
        Eventually.pause(50);
      } else {
        break;
      }
    }
    expect(caller(known).get(AGENTS), 503, "UNAVAILABLE");
    cable.mend();
    Eventually.within(LIMIT, () -> caller(unknown).get(AGENTS).expect(200));
    int all = granted + more;
    Eventually.within(LIMIT, () -> assertThat(read(known).number("/usage_count")).isEqualTo(all));
  }

  private IssuedKey key(String... scopes) {
    return tenant.key().scopes(scopes).unlimited().issue();
  }

  private Api caller(IssuedKey key) {
    return sample.api().withKey(key.value());
  }

  private Answer read(IssuedKey key) {
    return tenant.admin().get(key.path()).expect(200);
  }

  private long count(String name) {
    return sample.api().get("/api/counts").expect(200).number("/" + name);
  }

  private static void expect(Answer answer, int status, String code) {
    assertThat(answer.expect(status).text("/code")).as(answer.toString()).isEqualTo(code);
    assertThat(answer.requireHeader("content-type")).startsWith("application/problem+json");
  }
}
