package org.apikeys.web.verify;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.sse.OutboundSseEvent;
import jakarta.ws.rs.sse.Sse;
import jakarta.ws.rs.sse.SseEventSink;
import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import org.apikeys.api.cluster.Heard;
import org.apikeys.api.cluster.Tick;
import org.apikeys.api.cluster.Topic;
import org.apikeys.api.problem.ProblemException;
import org.apikeys.api.problem.ProblemType;
import org.apikeys.key.KeyNews;
import org.apikeys.store.Json;

/** Those who want to hear at once what their own caches must drop. */
@ApplicationScoped
public class RevocationListeners {
  private static final int MOST_LISTENERS = 1_000;

  /** Shorter than a second: who has heard nothing for one trusts nothing that is older. */
  private static final long SIGN_OF_LIFE_MILLIS = 500;

  private final KeyNews news;
  private final Clock clock;
  private final Set<Listener> listeners = ConcurrentHashMap.newKeySet();
  private volatile long lastSign;

  @Inject
  public RevocationListeners(KeyNews news, Clock clock) {
    this.news = news;
    this.clock = clock;
  }

  @SuppressWarnings("NullAway")
  protected RevocationListeners() {
    news = null;
    clock = null;
  }

  /** A client that listens to the keys of its organization. */
  private record Listener(SseEventSink sink, Sse sse, long organizationId) {}

  void add(SseEventSink sink, Sse sse, long organizationId) {
    if (listeners.size() >= MOST_LISTENERS) {
      throw new ProblemException(
          ProblemType.RATE_LIMITED, "This server has as many listeners as it takes.");
    }
    Listener listener = new Listener(sink, sse, organizationId);
    listeners.add(listener);
    send(listener, events -> events.newEventBuilder().comment("listening").build());
  }

  void onHeard(@Observes Heard change) {
    if (change.topic() == Topic.KEY && !listeners.isEmpty()) {
      news.of(change.subject()).ifPresent(this::tell);
    } else if (change.topic() != Topic.KEY) {
      tellOfMany(change);
    }
  }

  /** A person, an organization or the catalogue has changed: any key may be another now. */
  private void tellOfMany(Heard change) {
    String json = Json.write(Map.of("at", clock.instant()));
    for (Listener listener : listeners) {
      if (change.topic() != Topic.ORGANIZATION || listener.organizationId() == change.subject()) {
        send(listener, "reset", json);
      }
    }
  }

  private void tell(KeyNews.News key) {
    Map<String, Object> data = new LinkedHashMap<>();
    data.put("key_id", "key-" + key.keyId());
    data.put("at", clock.instant());
    data.put("digest_prefix", key.digestPrefix());
    String json = Json.write(data);
    for (Listener listener : listeners) {
      if (listener.organizationId() == key.organizationId()) {
        send(listener, key.revoked() ? "revoked" : "changed", json);
      }
    }
  }

  /**
   * Lets a client tell a quiet stream from a dead one, and says that the changes were read until
   * now.
   */
  void onTick(@Observes Tick tick) {
    long now = clock.millis();
    if (now - lastSign >= SIGN_OF_LIFE_MILLIS) {
      lastSign = now;
      listeners.forEach(
          listener -> send(listener, events -> events.newEventBuilder().comment("alive").build()));
    }
  }

  private void send(Listener listener, String event, String json) {
    send(
        listener,
        events ->
            events
                .newEventBuilder()
                .name(event)
                .mediaType(MediaType.TEXT_PLAIN_TYPE)
                .data(String.class, json)
                .build());
  }

  private void send(Listener listener, Function<Sse, OutboundSseEvent> event) {
    if (listener.sink().isClosed()) {
      listeners.remove(listener);
      return;
    }
    listener
        .sink()
        .send(event.apply(listener.sse()))
        .whenComplete(
            (sent, failure) -> {
              if (failure != null) {
                listeners.remove(listener);
                listener.sink().close();
              }
            });
  }
}
