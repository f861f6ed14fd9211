package org.apikeys.web.http;

import jakarta.ws.rs.sse.OutboundSseEvent;
import jakarta.ws.rs.sse.SseEventSink;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;

/**
 * What a client that listens is still to be told, in order. It is written on a thread of an
 * executor, by one at a time: writing waits for a client that does not read, and nobody else waits
 * for that client.
 */
public final class EventOutbox {
  private final SseEventSink sink;
  private final int most;

  /** Guards the two below, too. */
  private final Deque<OutboundSseEvent> waiting = new ArrayDeque<>();

  private boolean writing;
  private boolean over;

  /**
   * An outbox with nothing in it.
   *
   * @param most how many events wait at most
   */
  public EventOutbox(SseEventSink sink, int most) {
    this.sink = sink;
    this.most = most;
  }

  /** Has the client told, unless as many events wait as may: then it is false. */
  public boolean offer(OutboundSseEvent event, Executor executor) {
    synchronized (waiting) {
      if (waiting.size() >= most) {
        return false;
      }
      add(event, executor);
    }
    return true;
  }

  /** Has the client told, in place of the oldest event when as many wait as may. */
  public void push(OutboundSseEvent event, Executor executor) {
    synchronized (waiting) {
      if (waiting.size() >= most) {
        waiting.poll();
      }
      add(event, executor);
    }
  }

  private void add(OutboundSseEvent event, Executor executor) {
    if (over) {
      return;
    }
    waiting.add(event);
    if (!writing) {
      begin(executor);
    }
  }

  private void begin(Executor executor) {
    writing = true;
    try {
      executor.execute(this::write);
    } catch (RejectedExecutionException e) {
      // the server stops; else it is written with the next one
      writing = false;
    }
  }

  /** Whether nothing is told any more. */
  public boolean isOver() {
    synchronized (waiting) {
      return over || sink.isClosed();
    }
  }

  /** Tells nothing more, and closes the stream as soon as nobody writes to it. */
  public void end(Executor executor) {
    synchronized (waiting) {
      if (over) {
        return;
      }
      over = true;
      waiting.clear();
      if (!writing) {
        begin(executor);
      }
    }
  }

  private void write() {
    try {
      for (OutboundSseEvent event = next(); event != null; event = next()) {
        sink.send(event).toCompletableFuture().join();
      }
    } catch (RuntimeException e) {
      // the client has gone
      leave();
    }
  }

  private @Nullable OutboundSseEvent next() {
    synchronized (waiting) {
      OutboundSseEvent event = waiting.poll();
      if (event != null) {
        return event;
      }
      writing = over;
    }
    if (isOver()) {
      sink.close();
    }
    return null;
  }

  private void leave() {
    synchronized (waiting) {
      over = true;
      waiting.clear();
    }
    sink.close();
  }
}
