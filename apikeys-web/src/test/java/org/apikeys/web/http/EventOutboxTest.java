package org.apikeys.web.http;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.ws.rs.core.GenericType;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.sse.OutboundSseEvent;
import jakarta.ws.rs.sse.SseEventSink;
import java.lang.reflect.Type;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Nobody waits for a client that does not read, and what is told stays in order. */
class EventOutboxTest {
  private final Client client = new Client();
  private final Deque<Runnable> threads = new ArrayDeque<>();
  private final EventOutbox outbox = new EventOutbox(client, 3);

  @Test
  void whoTellsDoesNotWrite() {
    assertThat(outbox.offer(event("one"), threads::add)).isTrue();
    assertThat(outbox.offer(event("two"), threads::add)).isTrue();
    assertThat(client.told).isEmpty();
    assertThat(threads).as("one writes at a time").hasSize(1);

    write();
    assertThat(client.told).containsExactly("one", "two");
    outbox.offer(event("three"), threads::add);
    write();
    assertThat(client.told).containsExactly("one", "two", "three");
  }

  @Test
  void whileAClientDoesNotReadWhatItIsToldWaitsAndNobodyElseDoes() {
    client.whileWriting =
        () -> {
          client.whileWriting = null;
          for (String name : List.of("two", "three", "four")) {
            assertThat(outbox.offer(event(name), threads::add)).isTrue();
          }
          assertThat(outbox.offer(event("too many"), threads::add)).isFalse();
          assertThat(threads).isEmpty();
        };
    outbox.offer(event("one"), threads::add);
    write();
    assertThat(client.told).containsExactly("one", "two", "three", "four");
  }

  @Test
  void whatIsPushedTakesThePlaceOfTheOldest() {
    for (String name : List.of("one", "two", "three", "four")) {
      outbox.push(event(name), threads::add);
    }
    write();
    assertThat(client.told).containsExactly("two", "three", "four");
  }

  @Test
  void tellsNothingAfterItsEndAndClosesOnTheWritersThread() {
    outbox.offer(event("one"), threads::add);
    outbox.end(threads::add);
    outbox.end(threads::add);
    assertThat(outbox.isOver()).isTrue();
    assertThat(client.closed).isFalse();
    outbox.offer(event("two"), threads::add);
    write();
    assertThat(client.closed).isTrue();
    assertThat(client.told).isEmpty();
  }

  @Test
  void closesWhenNobodyWrites() {
    outbox.end(threads::add);
    assertThat(client.closed).isFalse();
    write();
    assertThat(client.closed).isTrue();
  }

  @Test
  void closesOnlyWhenWhatIsBeingWrittenIsWritten() {
    client.whileWriting =
        () -> {
          outbox.end(threads::add);
          assertThat(client.closed).isFalse();
        };
    outbox.offer(event("one"), threads::add);
    write();
    assertThat(client.closed).isTrue();
    assertThat(threads).isEmpty();
  }

  @Test
  void isOverWhenTheClientHasGone() {
    client.whileWriting =
        () -> {
          throw new IllegalStateException("gone");
        };
    outbox.offer(event("one"), threads::add);
    outbox.offer(event("two"), threads::add);
    write();
    assertThat(outbox.isOver()).isTrue();
    assertThat(client.closed).isTrue();
    outbox.offer(event("three"), threads::add);
    assertThat(threads).isEmpty();
    assertThat(client.told).isEmpty();
  }

  @Test
  void writesWithTheNextWhatNoThreadWasThereFor() {
    Executor none =
        work -> {
          throw new RejectedExecutionException();
        };
    outbox.offer(event("one"), none);
    outbox.offer(event("two"), threads::add);
    write();
    assertThat(client.told).containsExactly("one", "two");
  }

  private void write() {
    for (Runnable work = threads.poll(); work != null; work = threads.poll()) {
      work.run();
    }
  }

  private static OutboundSseEvent event(String name) {
    return new Named(name);
  }

  /** What a client has been told. */
  private static final class Client implements SseEventSink {
    private final List<String> told = new ArrayList<>();
    private boolean closed;
    private @Nullable Runnable whileWriting;

    @Override
    public CompletionStage<?> send(OutboundSseEvent event) {
      if (whileWriting != null) {
        whileWriting.run();
      }
      told.add(event.getName());
      return CompletableFuture.completedFuture(event);
    }

    @Override
    public boolean isClosed() {
      return closed;
    }

    @Override
    public void close() {
      closed = true;
    }
  }

  private record Named(String name) implements OutboundSseEvent {
    @Override
    public String getName() {
      return name;
    }

    @Override
    public String getId() {
      return name;
    }

    @Override
    public String getComment() {
      return name;
    }

    @Override
    public long getReconnectDelay() {
      return RECONNECT_NOT_SET;
    }

    @Override
    public boolean isReconnectDelaySet() {
      return false;
    }

    @Override
    public Class<?> getType() {
      return String.class;
    }

    @Override
    public Type getGenericType() {
      return new GenericType<String>() {}.getType();
    }

    @Override
    public MediaType getMediaType() {
      return MediaType.TEXT_PLAIN_TYPE;
    }

    @Override
    public Object getData() {
      return name;
    }
  }
}
