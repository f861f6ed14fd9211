package org.apikeys.web.server;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;

/** Server-Sent Events as they come, for as long as the test runs. */
public final class EventStream {
  /** The line after which nothing comes, since the server has ended the stream. */
  public static final String ENDED = "ended: by the server";

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

  private void read(HttpRequest request) {
    try (Stream<String> body =
        HttpClient.newHttpClient().send(request, BodyHandlers.ofLines()).body()) {
      body.forEach(lines::add);
      lines.add(ENDED);
    } catch (Exception e) {
      lines.add("ended: " + e);
    }
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
