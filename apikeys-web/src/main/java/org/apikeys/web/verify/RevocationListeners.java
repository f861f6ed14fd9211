package org.apikeys.web.verify;

import jakarta.annotation.PostConstruct;
import jakarta.annotation.PreDestroy;
import jakarta.annotation.Resource;
import jakarta.enterprise.concurrent.ManagedThreadFactory;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.event.Reception;
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
import java.util.concurrent.ExecutorService;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Predicate;
import org.apikeys.api.cluster.Heard;
import org.apikeys.api.cluster.Tick;
import org.apikeys.api.tenant.Caller;
import org.apikeys.key.KeyNews;
import org.apikeys.store.Json;
import org.apikeys.tenant.Directory;
import org.apikeys.tenant.PersonState;
import org.apikeys.web.access.Callers;
import org.apikeys.web.http.EventOutbox;
import org.apikeys.web.http.Room;
import org.jspecify.annotations.Nullable;

/**
 * Those who want to hear at once what their own caches must drop. A stream lasts no longer than
 * what its caller has shown: it ends when that ends, and when a change touches what lets them in.
 * Who may still listen comes back. Nobody waits for a client that does not read, neither who reads
 * the feed of changes nor the other clients: each has its events written on a thread of its own.
 */
@ApplicationScoped
public class RevocationListeners {
  private static final int MOST_LISTENERS = 1_000;
  private static final Room ROOM = new Room(MOST_LISTENERS, MOST_LISTENERS / 2, "organization");
  private static final int MOST_REMEMBERED = 10_000;

  /** Who is told no faster than this begins anew: a cache that misses a change keeps too much. */
  private static final int MOST_WAITING = 1_000;

  private static final long IDLE_SECONDS = 10;

  /** Shorter than a second: who has heard nothing for one trusts nothing that is older. */
  private static final long SIGN_OF_LIFE_MILLIS = 500;

  private final KeyNews news;
  private final Directory directory;
  private final Clock clock;
  private final Set<Listener> listeners = ConcurrentHashMap.newKeySet();

  /** Keys whose end was told: nodes may hear of it twice, by the grid and by the feed. */
  private final Set<Long> ended = ConcurrentHashMap.newKeySet();

  private volatile long lastSign;

  /**
   * Of the web module: this bean is made by the first who listens, not by an event of the services.
   */
  @Resource
  @SuppressWarnings("NullAway.Init") // the container sets it
  ManagedThreadFactory threads;

  @SuppressWarnings("NullAway.Init") // made from the threads
  private ExecutorService writers;

  @Inject
  public RevocationListeners(KeyNews news, Directory directory, Clock clock) {
    this.news = news;
    this.directory = directory;
    this.clock = clock;
  }

  @SuppressWarnings("NullAway")
  protected RevocationListeners() {
    news = null;
    directory = null;
    clock = null;
  }

  /** As many threads as write at the same time, which are few unless clients don't read. */
  @PostConstruct
  void begin() {
    writers =
        new ThreadPoolExecutor(
            0, MOST_LISTENERS, IDLE_SECONDS, TimeUnit.SECONDS, new SynchronousQueue<>(), threads);
  }

  @PreDestroy
  void stop() {
    writers.shutdownNow();
  }

  /**
   * A client that listens to the keys of its organization.
   *
   * @param outbox what it is still to be told
   * @param endsAt when the caller's credential ends, in milliseconds since 1970 UTC
   */
  record Listener(EventOutbox outbox, Sse sse, Caller caller, long endsAt) {
    static Listener of(SseEventSink sink, Sse sse, Caller caller, long endsAt) {
      return new Listener(new EventOutbox(sink, MOST_WAITING), sse, caller, endsAt);
    }

    boolean isOf(long organization) {
      return caller.organizationId() == organization;
    }
  }

  void add(Listener listener) {
    ROOM.require(listeners, one -> one.isOf(listener.caller().organizationId()));
    listeners.add(listener);
    send(listener, events -> events.newEventBuilder().comment("listening").build());
  }

  void onHeard(@Observes(notifyObserver = Reception.IF_EXISTS) Heard change) {
    if (listeners.isEmpty()) {
      return;
    }
    switch (change.topic()) {
      case KEY -> {
        news.of(change.subject()).ifPresent(this::tell);
        endWhere(listener -> Callers.isTouched(listener.caller(), change));
      }
      case PERSON -> {
        PersonState person = directory.stateOf(change.subject()).orElse(null);
        tellOfMany(listener -> person == null || listener.isOf(person.organizationId()));
        endWhere(listener -> isTouched(listener.caller(), change, person));
      }
      case ORGANIZATION -> {
        tellOfMany(listener -> listener.isOf(change.subject()));
        endWhere(listener -> Callers.isTouched(listener.caller(), change));
      }
      case PERMISSIONS -> {
        tellOfMany(listener -> true);
        endWhere(listener -> Callers.isTouched(listener.caller(), change));
      }
    }
  }

  /**
   * Whether a change of a person touches what lets a caller in: of a key the person must be its
   * owner, so that a tenant's gateways don't all come again whenever anybody is changed.
   *
   * @param person null when it may be anybody
   */
  private static boolean isTouched(Caller caller, Heard change, @Nullable PersonState person) {
    if (person == null || caller.kind() == Caller.Kind.PERSON) {
      return Callers.isTouched(caller, change);
    }
    return caller.owner().equalsIgnoreCase(person.username());
  }

  /** A person, an organization or the catalogue has changed: any key may be another now. */
  private void tellOfMany(Predicate<Listener> concerned) {
    String json = Json.write(Map.of("at", clock.instant()));
    for (Listener listener : listeners) {
      if (concerned.test(listener)) {
        send(listener, "reset", json);
      }
    }
  }

  /** One event for each secret that a cache may hold the key by. */
  private void tell(KeyNews.News key) {
    if (ended.size() >= MOST_REMEMBERED) {
      ended.clear();
    }
    if (key.revoked() && !ended.add(key.keyId())) {
      return;
    }
    for (String digestPrefix : key.digestPrefixes()) {
      Map<String, Object> data = new LinkedHashMap<>();
      data.put("key_id", "key-" + key.keyId());
      data.put("at", clock.instant());
      data.put("digest_prefix", digestPrefix);
      String json = Json.write(data);
      for (Listener listener : listeners) {
        if (listener.isOf(key.organizationId())) {
          send(listener, key.revoked() ? "revoked" : "changed", json);
        }
      }
    }
  }

  private void endWhere(Predicate<Listener> over) {
    listeners.stream().filter(over).forEach(this::end);
  }

  private void end(Listener listener) {
    listeners.remove(listener);
    listener.outbox().end(writers);
  }

  /**
   * Lets a client tell a quiet stream from a dead one, and says that the changes were read until
   * now.
   */
  void onTick(@Observes(notifyObserver = Reception.IF_EXISTS) Tick tick) {
    long now = clock.millis();
    endWhere(listener -> now >= listener.endsAt());
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
    boolean over = listener.outbox().isOver() || clock.millis() >= listener.endsAt();
    if (over || !listener.outbox().offer(event.apply(listener.sse()), writers)) {
      end(listener);
    }
  }
}
