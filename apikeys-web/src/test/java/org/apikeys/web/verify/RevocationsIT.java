package org.apikeys.web.verify;

import static java.time.temporal.ChronoUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import org.apikeys.store.Json;
import org.apikeys.web.server.EventStream;
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

  /** A second, and what a machine takes that does other things beside. */
  private static final Duration SOON = Duration.ofSeconds(3);

  private final Tenant tenant;

  RevocationsIT(Tenant tenant) {
    this.tenant = tenant;
  }

  @Test
  void tellsOfChangesAndRevocationsOfTheOrganizationAlone() throws Exception {
    IssuedKey key = tenant.key().issue();
    Tenant other = tenant.server().newTenant();
    IssuedKey foreign = other.key().issue();
    List<String> lines = stream(tenant.gateway().key().value()).lines();
    tenant.admin().put(key.path(), Map.of("description", "another")).expect(200);
    Eventually.within(LIMIT, () -> assertThat(lines).contains("event: changed"));
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
  }

  @Test
  void saysThatItIsAliveAndThatAnyKeyMayHaveChanged() {
    Person owner = tenant.newPerson("developer");
    List<String> lines = stream(tenant.gateway().key().value()).lines();
    tenant
        .server()
        .admin()
        .put("/api/v1/users/" + owner.id(), Map.of("is_active", false))
        .expect(200);
    Eventually.within(LIMIT, () -> assertThat(lines).contains("event: reset"));
  }

  @Test
  void takesTheScopeToVerify() {
    tenant.person("developer").api().get(PATH).expectProblem(403, "FORBIDDEN");
  }

  /**
   * A stream that goes on: that a key was just issued, or a person made, is news that may end their
   * first one.
   */
  private EventStream stream(String credential) {
    Deque<EventStream> streams = new ArrayDeque<>(List.of(open(credential)));
    Eventually.within(
        LIMIT,
        () -> {
          if (streams.getLast().hasEnded()) {
            streams.add(open(credential));
          }
          assertThat(signsOfLife(streams.getLast())).isGreaterThan(3);
        });
    return streams.getLast();
  }

  private EventStream open(String credential) {
    return EventStream.open(tenant.server(), PATH, credential);
  }

  private static long signsOfLife(EventStream stream) {
    return stream.lines().stream().filter(line -> line.startsWith(":")).count();
  }

  @Test
  void endsWithTheCredentialThatWasShown() {
    EventStream lasting = stream(tenant.newGateway().key().value());
    IssuedKey revoked = tenant.newGateway().key();
    EventStream ofRevoked = stream(revoked.value());
    Person person = tenant.newPerson("gateway");
    EventStream ofPerson = stream(person.token());
    IssuedKey expiring =
        tenant
            .key()
            .scopes("keys:verify")
            .with("expires_at", Instant.now().plusSeconds(8).truncatedTo(SECONDS).toString())
            .issue();
    EventStream ofExpiring = stream(expiring.value());

    tenant.admin().delete(revoked.path()).expect(200);
    Eventually.within(SOON, () -> assertThat(ofRevoked.hasEnded()).isTrue());
    tenant
        .server()
        .admin()
        .put("/api/v1/users/" + person.id(), Map.of("is_active", false))
        .expect(200);
    Eventually.within(SOON, () -> assertThat(ofPerson.hasEnded()).isTrue());
    Eventually.within(LIMIT, () -> assertThat(ofExpiring.hasEnded()).isTrue());
    assertThat(lasting.hasEnded()).as("of a key that nothing happened to").isFalse();
    assertThat(lasting.lines()).contains("event: reset");
  }

  @Test
  void namesEverySecretThatWorks() throws Exception {
    IssuedKey key = tenant.key().issue();
    IssuedKey once = tenant.key().issue();
    EventStream stream = stream(tenant.newGateway().key().value());
    tenant.admin().post(key.path() + "/rotate", Map.of("overlap", "PT24H")).expect(200);
    Eventually.within(
        LIMIT,
        () -> assertThat(prefixes(stream, "changed", key)).hasSize(2).doesNotHaveDuplicates());
    tenant.admin().delete(key.path()).expect(200);
    tenant.admin().delete(once.path()).expect(200);
    Eventually.within(
        LIMIT,
        () -> {
          assertThat(prefixes(stream, "revoked", key))
              .containsExactlyInAnyOrderElementsOf(prefixes(stream, "changed", key));
          assertThat(prefixes(stream, "revoked", once)).hasSize(1);
        });
    Thread.sleep(2_000);
    assertThat(prefixes(stream, "revoked", key)).as("each once").hasSize(2);
    assertThat(prefixes(stream, "revoked", once)).as("once").hasSize(1);
  }

  private static List<String> prefixes(EventStream stream, String event, IssuedKey key) {
    return stream.events(event).stream()
        .filter(data -> data.path("key_id").asText().equals(key.keyId()))
        .map(data -> data.path("digest_prefix").asText())
        .toList();
  }

  @Test
  void aClientThatDoesNotReadHoldsUpNobodyAndIsToBeginAnew() throws Exception {
    IssuedKey key = tenant.key().issue();
    String gateway = tenant.newGateway().key().value();
    for (int i = 0; i < 120; i++) {
      tenant.admin().post(key.path() + "/rotate", Map.of("overlap", "PT1H")).expect(200);
    }
    try (Socket one = notReading(gateway);
        Socket other = notReading(gateway)) {
      // each change is told once for every secret: more than there is room for on the way
      for (int i = 0; i < 150; i++) {
        tenant.admin().put(key.path(), Map.of("description", "no. " + i)).expect(200);
      }
      EventStream reading = stream(gateway);
      IssuedKey last = tenant.key().issue();
      tenant.admin().delete(last.path()).expect(200);
      Eventually.within(SOON, () -> assertThat(prefixes(reading, "revoked", last)).hasSize(1));
      long before = signsOfLife(reading);
      Eventually.within(SOON, () -> assertThat(signsOfLife(reading)).isGreaterThan(before + 2));
      assertThat(rest(one)).contains("\"" + key.keyId() + "\"").doesNotContain(last.keyId());
      assertThat(rest(other)).doesNotContain(last.keyId());
    }
  }

  /** A client that asks for the stream, and takes no byte of it out of its small buffer. */
  private Socket notReading(String credential) throws IOException {
    Socket socket = new Socket();
    socket.setReceiveBufferSize(1_024);
    socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), tenant.server().port()));
    String request =
        "GET "
            + (PATH + " HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer ")
            + (credential + "\r\nConnection: close\r\n\r\n");
    socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
    return socket;
  }

  /** What the server has told it until it ended the stream. */
  private static String rest(Socket socket) throws IOException {
    socket.setReceiveBufferSize(1 << 20);
    socket.setSoTimeout((int) LIMIT.toMillis());
    return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
  }

  @Test
  void tellsOfPeopleOfTheOrganizationAlone() {
    Tenant other = tenant.server().newTenant();
    Person stranger = other.newPerson("developer");
    EventStream mine = stream(tenant.newGateway().key().value());
    EventStream theirs = stream(other.newGateway().key().value());
    int before = mine.events("reset").size();
    tenant
        .server()
        .admin()
        .put("/api/v1/users/" + stranger.id(), Map.of("roles", List.of("manager")))
        .expect(200);
    Eventually.within(LIMIT, () -> assertThat(theirs.lines()).contains("event: reset"));
    assertThat(mine.events("reset")).hasSize(before);
    assertThat(mine.hasEnded()).isFalse();
  }
}
