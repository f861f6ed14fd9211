package org.apikeys.web.live;

import jakarta.annotation.PreDestroy;
import jakarta.annotation.Resource;
import jakarta.enterprise.concurrent.ManagedExecutorService;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.event.Reception;
import jakarta.inject.Inject;
import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apikeys.api.cluster.Heard;
import org.apikeys.api.cluster.Tick;
import org.apikeys.api.tenant.Caller;
import org.apikeys.store.Json;
import org.apikeys.web.http.Room;
import org.apikeys.web.live.LiveListener.Message;

/**
 * Those who watch what happens. Once a second one sample is taken for all of them, and none while
 * nobody watches; the hot path knows nothing of it.
 */
@ApplicationScoped
public class LiveListeners {
  private static final System.Logger LOG = System.getLogger(LiveListeners.class.getName());
  private static final Room ROOM = new Room(500, 20, "caller");
  private static final long PERIOD_MILLIS = 1_000;

  private final LiveSampler sampler;
  private final Clock clock;
  private final Set<LiveListener> listeners = ConcurrentHashMap.newKeySet();
  private final AtomicBoolean sampling = new AtomicBoolean();
  private volatile long lastSample;

  /**
   * Of the web module: this bean is made by the first who watches, not by an event of the services.
   */
  @Resource
  @SuppressWarnings("NullAway.Init") // the container sets it
  ManagedExecutorService executor;

  @Inject
  public LiveListeners(LiveSampler sampler, Clock clock) {
    this.sampler = sampler;
    this.clock = clock;
  }

  @SuppressWarnings("NullAway")
  protected LiveListeners() {
    sampler = null;
    clock = null;
  }

  void requireRoom(Caller caller) {
    ROOM.require(listeners, listener -> listener.isOf(caller));
  }

  void add(LiveListener listener) {
    listeners.add(listener);
    Map<String, Object> hello = new LinkedHashMap<>();
    hello.put("at", clock.instant());
    hello.put("period_seconds", PERIOD_MILLIS / 1_000);
    listener.tell(new Message("hello", Json.write(hello)), executor);
  }

  void onTick(@Observes(notifyObserver = Reception.IF_EXISTS) Tick tick) {
    long now = clock.millis();
    if (listeners.isEmpty() || now - lastSample < PERIOD_MILLIS) {
      return;
    }
    if (sampling.compareAndSet(false, true)) {
      lastSample = now;
      try {
        executor.execute(this::sample);
      } catch (RejectedExecutionException e) {
        // at the next tick
        sampling.set(false);
      }
    }
  }

  private void sample() {
    try {
      long now = clock.millis();
      for (LiveListener listener : listeners) {
        if (listener.isOver(now)) {
          end(listener);
        }
      }
      sampler.sample(listeners, (listener, message) -> listener.tell(message, executor));
    } catch (RuntimeException e) {
      LOG.log(System.Logger.Level.WARNING, "Nothing to show to those who watch: {0}", e.toString());
    } finally {
      sampling.set(false);
    }
  }

  void onHeard(@Observes(notifyObserver = Reception.IF_EXISTS) Heard change) {
    for (LiveListener listener : listeners) {
      if (listener.isConcernedBy(change)) {
        end(listener);
      }
    }
  }

  private void end(LiveListener listener) {
    listeners.remove(listener);
    listener.end(executor);
  }

  @PreDestroy
  void endAll() {
    listeners.forEach(this::end);
  }
}
