package org.apikeys.web.server;

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
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;

/** Server-Sent Events as they come, for as long as the test runs. */
public final class EventStream {
  private static final Duration LIMIT = Duration.ofSeconds(60);

  private final List<String> lines = new CopyOnWriteArrayList<>();

  private EventStream() {}

  /** Listens at a path of a server with a token. */
  public static EventStream open(RunningServer server, String path, String token) {
    EventStream stream = new EventStream();
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(server.uri() + path))
            .header("Authorization", "Bearer " + token)
            .build();
    Thread thread = new Thread(() -> stream.read(request), "listens to what happens");
    thread.setDaemon(true);
    thread.start();
    return stream;
  }

  /**
   * Listens until an event that comes again and again has come twice: that a person was just made
   * is news that may end their first stream.
   */
  public static EventStream lasting(RunningServer server, String path, String token, String event) {
    Deque<EventStream> streams = new ArrayDeque<>(List.of(open(server, path, token)));
    Eventually.within(
        LIMIT,
        () -> {
          if (streams.getLast().hasEnded()) {
            streams.add(open(server, path, token));
          }
          assertThat(streams.getLast().events(event)).hasSizeGreaterThan(1);
        });
    return streams.getLast();
  }

  private void read(HttpRequest request) {
    try (Stream<String> body =
        HttpClient.newHttpClient().send(request, BodyHandlers.ofLines()).body()) {
      body.forEach(lines::add);
      lines.add("ended: by the server");
    } catch (Exception e) {
      lines.add("ended: " + e);
    }
  }

  /** Whether nothing comes any more. */
  public boolean hasEnded() {
    return lines.stream().anyMatch(line -> line.startsWith("ended: "));
  }

  /** The lines so far. */
  public List<String> lines() {
    return lines;
  }

  /** The data of the events of a name. */
  public List<JsonNode> events(String name) {
    List<JsonNode> events = new ArrayList<>();
    for (int i = 0; i + 1 < lines.size(); i++) {
      if (lines.get(i).equals("event: " + name)) {
        try {
          events.add(
              org.apikeys.store.Json.MAPPER.readTree(
                  lines.get(i + 1).substring("data: ".length())));
        } catch (JsonProcessingException e) {
          throw new UncheckedIOException(e);
        }
      }
    }
    return events;
  }
}
