package org.apikeys.web.audit;

import com.fasterxml.jackson.databind.JsonNode;
import jakarta.annotation.PreDestroy;
import jakarta.annotation.Resource;
import jakarta.enterprise.concurrent.ManagedExecutorService;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.event.Reception;
import jakarta.inject.Inject;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.sse.OutboundSseEvent;
import jakarta.ws.rs.sse.Sse;
import jakarta.ws.rs.sse.SseEventSink;
import java.time.Clock;
import java.util.Set;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apikeys.api.cluster.Heard;
import org.apikeys.api.cluster.Tick;
import org.apikeys.api.tenant.Caller;
import org.apikeys.audit.EventFilter;
import org.apikeys.audit.LiveReader;
import org.apikeys.web.access.Callers;
import org.apikeys.web.http.Room;

/**
 * Those who watch the log. Each has a place in it and is sent what is behind that place, a batch at
 * a time: who reads slowly falls behind and costs no memory, and holds up nobody else. A change of
 * the person, key or organization that watches ends the view; who may still watch comes back with
 * the last id and misses nothing.
 */
@ApplicationScoped
public class LiveViewers {
  private static final System.Logger LOG = System.getLogger(LiveViewers.class.getName());
  private static final Room ROOM = new Room(100, 20, "caller");
  private static final long SIGN_OF_LIFE_MILLIS = 10_000;

  private final LiveReader reader;
  private final Clock clock;
  private final Set<Viewer> viewers = ConcurrentHashMap.newKeySet();

  /**
   * Of the web module: this bean is made by the first who watches, not by an event of the services.
   */
  @Resource
  @SuppressWarnings("NullAway.Init") // the container sets it
  ManagedExecutorService executor;

  @Inject
  public LiveViewers(LiveReader reader, Clock clock) {
    this.reader = reader;
    this.clock = clock;
  }

  @SuppressWarnings("NullAway")
  protected LiveViewers() {
    reader = null;
    clock = null;
  }

  /** Somebody who watches. */
  static final class Viewer {
    private final SseEventSink sink;
    private final Sse sse;
    private final Caller caller;
    private final EventFilter filter;
    private final long endsAt;
    private final AtomicBoolean busy = new AtomicBoolean();
    private volatile long seen;
    private volatile long lastSign;

    /**
     * A viewer that has seen nothing yet.
     *
     * @param endsAt when the caller's credential ends, in milliseconds since 1970 UTC
     * @param seen the sequence behind which to begin
     */
    Viewer(SseEventSink sink, Sse sse, Caller caller, EventFilter filter, long endsAt, long seen) {
      this.sink = sink;
      this.sse = sse;
      this.caller = caller;
      this.filter = filter;
      this.endsAt = endsAt;
      this.seen = seen;
    }

    private boolean isConcernedBy(Heard change) {
      return Callers.isTouched(caller, change);
    }

    private void send(OutboundSseEvent event) {
      sink.send(event).toCompletableFuture().join();
    }
  }

  void requireRoom(Caller caller) {
    ROOM.require(viewers, viewer -> Callers.areOne(viewer.caller, caller));
  }

  void add(Viewer viewer) {
    viewers.add(viewer);
    serve(viewer);
  }

  void onTick(@Observes(notifyObserver = Reception.IF_EXISTS) Tick tick) {
    viewers.forEach(this::serve);
  }

  void onHeard(@Observes(notifyObserver = Reception.IF_EXISTS) Heard change) {
    for (Viewer viewer : viewers) {
      if (viewer.isConcernedBy(change)) {
        end(viewer);
      }
    }
  }

  /** On a thread of its own: writing waits for a client that does not read. */
  private void serve(Viewer viewer) {
    if (viewer.busy.compareAndSet(false, true)) {
      try {
        executor.execute(() -> advance(viewer));
      } catch (RejectedExecutionException e) {
        // looked after at the next tick
        viewer.busy.set(false);
      }
    }
  }

  private void advance(Viewer viewer) {
    try {
      if (viewer.sink.isClosed() || clock.millis() >= viewer.endsAt) {
        end(viewer);
        return;
      }
      signOfLife(viewer);
      LiveReader.Batch batch;
      do {
        batch = reader.nextBySystem(viewer.caller, viewer.filter, viewer.seen);
        for (JsonNode event : batch.events()) {
          show(viewer, event);
        }
        viewer.seen = batch.seen();
      } while (!batch.events().isEmpty() && clock.millis() < viewer.endsAt);
    } catch (CompletionException | IllegalStateException e) {
      // the client has gone
      end(viewer);
    } catch (RuntimeException e) {
      LOG.log(System.Logger.Level.WARNING, "A live view ends: {0}", e.toString());
      end(viewer);
    } finally {
      viewer.busy.set(false);
    }
  }

  private void show(Viewer viewer, JsonNode event) {
    viewer.send(
        viewer
            .sse
            .newEventBuilder()
            .id(event.path("sequence").asText())
            .mediaType(MediaType.TEXT_PLAIN_TYPE)
            .data(String.class, event.toString())
            .build());
    viewer.lastSign = clock.millis();
  }

  /** Lets a client tell a quiet log from a dead connection. */
  private void signOfLife(Viewer viewer) {
    long now = clock.millis();
    if (now - viewer.lastSign >= SIGN_OF_LIFE_MILLIS) {
      viewer.send(
          viewer
              .sse
              .newEventBuilder()
              .comment(viewer.lastSign == 0 ? "watching" : "alive")
              .build());
      viewer.lastSign = now;
    }
  }

  private void end(Viewer viewer) {
    viewers.remove(viewer);
    viewer.sink.close();
  }

  @PreDestroy
  void endAll() {
    viewers.forEach(this::end);
  }
}
