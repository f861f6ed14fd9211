package org.apikeys.web.live;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;
import org.apikeys.store.Json;
import org.apikeys.web.server.Eventually;
import org.apikeys.web.server.IssuedKey;
import org.apikeys.web.server.Person;
import org.apikeys.web.server.RunningServer;
import org.apikeys.web.server.SharedServer;
import org.apikeys.web.server.Tenant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** {@code GET /api/v1/live}. */
@ExtendWith(SharedServer.class)
class LiveStreamIT {
  private static final String ENDED = "ended: by the server";
  private static final String PATH = "/api/v1/live";
  private static final Duration LIMIT = Duration.ofSeconds(40);

  private final Tenant fresh;

  LiveStreamIT(RunningServer server) {
    fresh = server.newTenant();
  }

  @Test
  void tellsOfCallsLimitsAndTheLog() {
    IssuedKey key = fresh.key().perMinute(1_000_000).issue();
    Tenant stranger = fresh.server().newTenant();
    IssuedKey foreign = stranger.key().issue();
    List<String> lines = listening(fresh.person("admin"));
    Eventually.within(LIMIT, () -> assertThat(lines).contains("event: usage"));

    Eventually.within(
        LIMIT,
        () -> {
          fresh.gateway().verify(key);
          stranger.gateway().verify(foreign);
          Eventually.pause(300);
          assertThat(events(lines, "usage"))
              .anySatisfy(
                  event -> {
                    assertThat(event.path("requests").asLong()).isPositive();
                    assertThat(event.at("/codes/VALID").asLong()).isPositive();
                    assertThat(event.path("keys").toString()).contains(key.keyId());
                  });
          assertThat(events(lines, "limits").toString()).contains("PT1M", "1000000");
        });
    Eventually.within(
        LIMIT,
        () -> {
          fresh.admin().put(key.path(), Map.of("description", "" + System.nanoTime())).expect(200);
          Eventually.pause(300);
          assertThat(events(lines, "log").toString()).contains("key.updated");
        });
    assertThat(String.join("\n", lines))
        .doesNotContain("\"" + foreign.keyId() + "\"", key.value(), "ended:");
  }

  @Test
  void showsDevelopersTheirOwnKeysAndNoLog() {
    Person developer = fresh.newPerson("developer");
    IssuedKey own = fresh.key().with("owner", developer.name()).issue();
    IssuedKey other = fresh.key().issue();
    List<String> lines = listening(developer);
    Eventually.within(LIMIT, () -> assertThat(lines).contains("event: usage"));
    Eventually.within(
        LIMIT,
        () -> {
          fresh.gateway().verify(other);
          fresh.gateway().verify(own);
          Eventually.pause(300);
          assertThat(events(lines, "usage").toString()).contains("\"" + own.keyId() + "\"");
        });
    assertThat(String.join("\n", lines)).doesNotContain("\"" + other.keyId() + "\"", "event: log");
  }

  @Test
  void endsWhenThePersonIsDisabled() {
    Person person = fresh.newPerson("auditor");
    Deque<List<String>> streams = new ArrayDeque<>(List.of(listening(person)));
    Eventually.within(
        LIMIT,
        () -> {
          // the news that the person was made may end the first one
          if (streams.getLast().contains(ENDED)) {
            streams.add(listening(person));
          }
          assertThat(streams.getLast()).contains("event: usage");
        });
    fresh.admin().put("/api/v1/users/" + person.id(), Map.of("is_active", false)).expect(200);
    Eventually.within(LIMIT, () -> assertThat(streams.getLast()).contains(ENDED));
  }

  @Test
  void isForThoseWhoReadUsage() {
    fresh.person("gateway").api().get(PATH).expectProblem(403, "FORBIDDEN");
    fresh.server().anonymous().get(PATH).expectProblem(401, "UNAUTHENTICATED");
  }

  /** The data of the events of a name. */
  private static List<JsonNode> events(List<String> lines, String name) {
    List<JsonNode> events = new ArrayList<>();
    for (int i = 0; i + 1 < lines.size(); i++) {
      if (lines.get(i).equals("event: " + name)) {
        try {
          events.add(Json.MAPPER.readTree(lines.get(i + 1).substring("data: ".length())));
        } catch (JsonProcessingException e) {
          throw new UncheckedIOException(e);
        }
      }
    }
    return events;
  }

  /** The lines of the stream, as they come; a last one says that it has ended. */
  private List<String> listening(Person person) {
    List<String> lines = new CopyOnWriteArrayList<>();
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(fresh.server().uri() + PATH))
            .header("Authorization", "Bearer " + person.token())
            .build();
    Thread thread =
        new Thread(
            () -> {
              try (Stream<String> body =
                  HttpClient.newHttpClient().send(request, BodyHandlers.ofLines()).body()) {
                body.forEach(lines::add);
                lines.add(ENDED);
              } catch (Exception e) {
                lines.add("ended: " + e);
              }
            },
            "listens to what happens");
    thread.setDaemon(true);
    thread.start();
    return lines;
  }
}
