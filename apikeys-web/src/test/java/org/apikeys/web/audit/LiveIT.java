package org.apikeys.web.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;
import org.apikeys.web.server.Eventually;
import org.apikeys.web.server.IssuedKey;
import org.apikeys.web.server.Json;
import org.apikeys.web.server.Person;
import org.apikeys.web.server.SharedServer;
import org.apikeys.web.server.Tenant;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** {@code GET /api/v1/audit/live}: records as they are numbered. */
@ExtendWith(SharedServer.class)
class LiveIT {
  private static final String PATH = "/api/v1/audit/live";
  private static final HttpClient CLIENT = HttpClient.newHttpClient();
  private static final int MOST_VIEWERS = 100;
  private static final Duration LIMIT = Duration.ofSeconds(30);

  private final Tenant tenant;

  LiveIT(Tenant tenant) {
    this.tenant = tenant;
  }

  /** What has just made the auditor would end their first view, when it is heard. */
  @BeforeAll
  static void theAuditorIsNoNews(Tenant tenant) {
    tenant.person("auditor");
    Eventually.pause(1_000);
  }

  /** A client that keeps what it is sent. */
  private static final class Watch implements AutoCloseable {
    private final List<String> lines = new CopyOnWriteArrayList<>();
    private final Thread thread;

    Watch(Tenant tenant, String token, String query, @Nullable String lastId) {
      HttpRequest.Builder request =
          HttpRequest.newBuilder(URI.create(tenant.server().uri() + PATH + query))
              .header("Authorization", "Bearer " + token);
      if (lastId != null) {
        request.header("Last-Event-ID", lastId);
      }
      thread = new Thread(() -> read(request.build()), "watches the log");
      thread.setDaemon(true);
      thread.start();
      Eventually.within(LIMIT, () -> assertThat(lines).contains(": watching"));
    }

    private void read(HttpRequest request) {
      try (Stream<String> body =
          HttpClient.newHttpClient().send(request, BodyHandlers.ofLines()).body()) {
        body.forEach(lines::add);
        lines.add("ended");
      } catch (Exception e) {
        lines.add("ended: " + e);
      }
    }

    List<JsonNode> events() {
      List<JsonNode> events = new ArrayList<>();
      lines.stream()
          .filter(line -> line.startsWith("data: "))
          .forEach(line -> events.add(Json.read(line.substring("data: ".length()))));
      return events;
    }

    List<String> ids() {
      return lines.stream()
          .filter(line -> line.startsWith("id: "))
          .map(line -> line.substring("id: ".length()))
          .toList();
    }

    boolean hasEnded() {
      return lines.stream().anyMatch(line -> line.startsWith("ended"));
    }

    @Override
    public void close() {
      thread.interrupt();
    }
  }

  private Watch watch(String query, @Nullable String lastId) {
    return new Watch(tenant, tenant.person("auditor").token(), query, lastId);
  }

  private void change(IssuedKey key, String description) {
    tenant.admin().put(key.path(), Map.of("description", description)).expect(200);
  }

  @Test
  void showsNewRecordsInOrderWithTheirSequence() {
    IssuedKey key = tenant.key().issue();
    IssuedKey other = tenant.server().newTenant().key().issue();
    try (Watch stream = watch("", null)) {
      change(key, "first");
      change(key, "second");
      Eventually.within(LIMIT, () -> assertThat(of(stream, key)).hasSize(2));
      JsonNode first = of(stream, key).get(0);
      assertThat(first.at("/changes/description/1").asText()).isEqualTo("first");
      assertThat(first)
          .isEqualTo(
              tenant
                  .person("auditor")
                  .api()
                  .get("/api/v1/audit/events/" + first.path("sequence").asLong())
                  .expect(200)
                  .json());
      assertThat(stream.ids())
          .isEqualTo(
              stream.events().stream().map(event -> event.path("sequence").asText()).toList());
      assertThat(stream.events().toString())
          .doesNotContain(key.value())
          .doesNotContain("\"" + other.keyId() + "\"");
    }
  }

  @Test
  void goesOnBehindTheLastIdWithoutAGap() {
    IssuedKey key = tenant.key().issue();
    String query = "?target=" + key.keyId();
    String last;
    try (Watch stream = watch(query, null)) {
      change(key, "seen");
      Eventually.within(LIMIT, () -> assertThat(stream.ids()).hasSize(1));
      last = stream.ids().get(0);
    }
    change(key, "missed 1");
    change(key, "missed 2");
    try (Watch stream = watch(query, last)) {
      change(key, "later");
      Eventually.within(LIMIT, () -> assertThat(stream.events()).hasSize(3));
      assertThat(stream.events().stream().map(e -> e.at("/changes/description/1").asText()))
          .containsExactly("missed 1", "missed 2", "later");
    }
  }

  @Test
  void filtersAsTheListDoesAndBeginsAtATime() {
    Instant before = Instant.now().minusSeconds(1);
    IssuedKey key = tenant.key().issue();
    change(key, "changed");
    try (Watch stream =
        watch("?action=key.updated&target=" + key.keyId() + "&from=" + before, null)) {
      Eventually.within(LIMIT, () -> assertThat(stream.events()).hasSize(1));
      tenant.admin().delete(key.path()).expect(200);
      change(tenant.key().issue(), "of another key");
      IssuedKey last = tenant.key().issue();
      Eventually.within(
          LIMIT,
          () ->
              assertThat(
                      tenant
                          .person("auditor")
                          .api()
                          .get("/api/v1/audit/events?target=" + last.keyId())
                          .expect(200)
                          .at("/events"))
                  .hasSize(1));
      assertThat(stream.events()).hasSize(1);
    }
  }

  @Test
  void isRecordedOnce() {
    Person auditor = tenant.newPerson("auditor");
    int opened = 0;
    boolean shown = false;
    while (!shown) {
      // the news that the person was made may end the first one
      assertThat(opened).isLessThan(3);
      try (Watch stream = new Watch(tenant, auditor.token(), "", null)) {
        opened++;
        IssuedKey key = tenant.key().issue();
        Eventually.within(
            LIMIT, () -> assertThat(stream.hasEnded() || !of(stream, key).isEmpty()).isTrue());
        shown = !of(stream, key).isEmpty();
      }
    }
    JsonNode events =
        tenant
            .person("auditor")
            .api()
            .get("/api/v1/audit/events?actor=" + auditor.name() + "&action=audit.listed")
            .expect(200)
            .at("/events");
    assertThat(events).hasSize(opened);
    assertThat(events.at("/0/target/id").asText()).isEqualTo("live");
  }

  @Test
  void endsWhenThePersonMayNoLongerWatch() {
    Person auditor = tenant.newPerson("auditor");
    try (Watch stream = new Watch(tenant, auditor.token(), "", null)) {
      tenant
          .admin()
          .put("/api/v1/users/" + auditor.id(), Map.of("roles", List.of("developer")))
          .expect(200);
      Eventually.within(LIMIT, () -> assertThat(stream.hasEnded()).isTrue());
    }
  }

  @Test
  void takesABoundedNumberOfViewers() throws IOException {
    String token = tenant.person("auditor").token();
    List<InputStream> views = new ArrayList<>();
    try {
      HttpResponse<InputStream> answer = view(token);
      while (answer.statusCode() == 200 && views.size() <= MOST_VIEWERS) {
        views.add(answer.body());
        answer = view(token);
      }
      assertThat(answer.statusCode()).isEqualTo(429);
      String problem = new String(answer.body().readAllBytes(), StandardCharsets.UTF_8);
      assertThat(Json.read(problem).path("code").asText()).isEqualTo("RATE_LIMITED");
      assertThat(views).hasSizeLessThanOrEqualTo(MOST_VIEWERS);
    } finally {
      for (InputStream view : views) {
        view.close();
      }
    }
    Eventually.within(
        LIMIT.multipliedBy(2),
        () -> {
          HttpResponse<InputStream> again = view(token);
          assertThat(again.statusCode()).as("places of those who went").isEqualTo(200);
          assertThatCode(() -> again.body().close()).doesNotThrowAnyException();
        });
  }

  private HttpResponse<InputStream> view(String token) {
    try {
      return CLIENT.send(
          HttpRequest.newBuilder(URI.create(tenant.server().uri() + PATH))
              .header("Authorization", "Bearer " + token)
              .build(),
          BodyHandlers.ofInputStream());
    } catch (IOException e) {
      // streams that were cut may take their connection with them: the next try has a new one
      throw new AssertionError("no answer", e);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void refusesWhatIsNoPlaceInTheLog() {
    var auditor = tenant.person("auditor").api();
    auditor.get(PATH + "?from=yesterday").expectInvalid("from");
    auditor.get(PATH + "?from=2026-02-01T00:00:00Z&to=2026-01-01T00:00:00Z").expectInvalid("to");
    for (String id : List.of("-1", "x", "1.5", "1000000000000000000", "999999999999999999")) {
      auditor.header("Last-Event-ID", id).get(PATH).expectInvalid("Last-Event-ID");
    }
  }

  @Test
  void isForThoseWhoHoldTheScope() {
    for (String role : List.of("developer", "manager", "gateway")) {
      tenant.person(role).api().get(PATH).expectProblem(403, "FORBIDDEN");
    }
    tenant.server().anonymous().get(PATH).expectProblem(401, "UNAUTHENTICATED");
  }

  private static List<JsonNode> of(Watch stream, IssuedKey key) {
    return stream.events().stream()
        .filter(event -> event.at("/target/id").asText().equals(key.keyId()))
        .toList();
  }
}
