package org.apikeys.client;

import jakarta.json.Json;
import jakarta.json.JsonException;
import jakarta.json.JsonReader;
import java.io.StringReader;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Flow;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Listens to what becomes of keys. The server says twice a second that it has read all changes
 * until then, so that silence is known for what it is.
 */
final class Revocations implements Runnable {
  /** How old a decision may be that nothing was heard about since. */
  static final long TRUSTED_NANOS = TimeUnit.SECONDS.toNanos(1);

  private static final long SILENT_NANOS = TimeUnit.SECONDS.toNanos(5);
  private static final long NEVER_NANOS = TimeUnit.DAYS.toNanos(1);
  private static final long PAUSE_MILLIS = 250;

  /** Whom the server refuses it refuses for a while, and each time is in its audit log. */
  private static final long REFUSED_MILLIS = 2_000;

  private static final int OK = 200;

  private final Server server;
  private final LongConsumer changed;
  private final Runnable allChanged;
  private final Metrics metrics;
  private final AtomicLong connections = new AtomicLong();
  private volatile long connection;
  private volatile long heardNanos = System.nanoTime() - NEVER_NANOS;
  private volatile boolean refused;
  private volatile boolean stopped;

  Revocations(Server server, LongConsumer changed, Runnable allChanged, Metrics metrics) {
    this.server = server;
    this.changed = changed;
    this.allChanged = allChanged;
    this.metrics = metrics;
  }

  /** The connection that changes are heard by now; 0 for none. */
  long connection() {
    return connection;
  }

  /** When the server was last heard. */
  long heardNanos() {
    return heardNanos;
  }

  /**
   * Whether everything that has changed since the connection began was heard until a second ago.
   */
  boolean covers(long since, long nowNanos) {
    return since != 0 && since == connection && nowNanos - heardNanos < TRUSTED_NANOS;
  }

  void stop() {
    stopped = true;
  }

  @Override
  public void run() {
    while (!stopped) {
      try {
        listen();
      } catch (ExecutionException e) {
        metrics.failures.increment();
      } catch (InterruptedException e) {
        return;
      }
      connection = 0;
      try {
        Thread.sleep(refused ? REFUSED_MILLIS : PAUSE_MILLIS);
      } catch (InterruptedException e) {
        return;
      }
    }
  }

  private void listen() throws ExecutionException, InterruptedException {
    Lines lines = new Lines();
    refused = false;
    CompletableFuture<HttpResponse<Void>> stream =
        server.follow(
            head -> {
              refused = server.isRefusing(Server.REVOCATIONS, head.statusCode());
              return head.statusCode() == OK
                  ? BodyHandlers.fromLineSubscriber(lines).apply(head)
                  : HttpResponse.BodySubscribers.replacing(null);
            });
    long began = System.nanoTime();
    while (!stopped) {
      try {
        stream.get(PAUSE_MILLIS, TimeUnit.MILLISECONDS);
        return;
      } catch (TimeoutException e) {
        long last = Math.max(began, heardNanos);
        if (System.nanoTime() - last > SILENT_NANOS) {
          break;
        }
      }
    }
    lines.cancel();
    stream.cancel(true);
  }

  /** The lines of one connection. */
  private final class Lines implements Flow.Subscriber<String> {
    private final long number = connections.incrementAndGet();
    private Flow.@Nullable Subscription subscription;
    private String event = "";

    @Override
    public void onSubscribe(Flow.Subscription given) {
      subscription = given;
      given.request(Long.MAX_VALUE);
    }

    @Override
    public void onNext(String line) {
      if (line.startsWith("event:")) {
        event = line.substring("event:".length()).strip();
      } else if (line.startsWith("data:")) {
        data(line.substring("data:".length()).strip());
      }
      heardNanos = System.nanoTime();
      if (connection != number) {
        connection = number;
        metrics.connections.increment();
      }
    }

    private void data(String json) {
      if (event.equals("reset")) {
        allChanged.run();
      } else {
        forget(json);
      }
      metrics.heard.increment();
    }

    private void forget(String json) {
      try (JsonReader reader = Json.createReader(new StringReader(json))) {
        String keyId = reader.readObject().getString("key_id");
        changed.accept(Long.parseLong(keyId.substring("key-".length())));
      } catch (JsonException
          | NullPointerException
          | ClassCastException
          | IndexOutOfBoundsException
          | IllegalArgumentException e) {
        // a change that can't be read may be of any key
        allChanged.run();
      }
    }

    @Override
    public void onError(Throwable failure) {
      end();
    }

    @Override
    public void onComplete() {
      end();
    }

    private void end() {
      if (connection == number) {
        connection = 0;
      }
    }

    void cancel() {
      Flow.Subscription given = subscription;
      if (given != null) {
        given.cancel();
      }
      end();
    }
  }
}
