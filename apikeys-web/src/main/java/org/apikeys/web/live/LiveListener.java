package org.apikeys.web.live;

import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.sse.Sse;
import jakarta.ws.rs.sse.SseEventSink;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.apikeys.api.cluster.Heard;
import org.apikeys.api.permission.ManagementScope;
import org.apikeys.api.tenant.Caller;
import org.apikeys.web.access.Callers;
import org.jspecify.annotations.Nullable;

/**
 * Somebody who watches. What was not taken in time is dropped, the oldest first: who reads slowly
 * misses beats and holds up nobody.
 */
final class LiveListener {
  private static final int MOST_WAITING = 200;

  private final SseEventSink sink;
  private final Sse sse;
  private final Caller caller;
  private final @Nullable Set<Long> own;
  private final long endsAt;
  private final Deque<Message> waiting = new ArrayDeque<>();
  private boolean writing;
  private volatile boolean gone;

  /**
   * A listener.
   *
   * @param own the keys of one who sees no others; null for all of the organization
   * @param endsAt when the caller's credential ends, in milliseconds since 1970 UTC
   */
  LiveListener(SseEventSink sink, Sse sse, Caller caller, @Nullable Set<Long> own, long endsAt) {
    this.sink = sink;
    this.sse = sse;
    this.caller = caller;
    this.own = own == null ? null : Set.copyOf(own);
    this.endsAt = endsAt;
  }

  /** An event with its data as JSON. */
  record Message(String event, String json) {}

  long organizationId() {
    return caller.organizationId();
  }

  @Nullable Set<Long> own() {
    return own;
  }

  boolean readsAudit() {
    return caller.holds(ManagementScope.AUDIT_READ) && own == null;
  }

  boolean sees(long organization, @Nullable Long keyId) {
    return organization == caller.organizationId()
        && (own == null || (keyId != null && own.contains(keyId)));
  }

  boolean isOver(long now) {
    return gone || sink.isClosed() || now >= endsAt;
  }

  /** Whether a change touches what lets the caller watch: they are to sign in anew. */
  boolean isConcernedBy(Heard change) {
    return Callers.isTouched(caller, change);
  }

  /** Has it told, on a thread of the executor: writing waits for a client that does not read. */
  void tell(Message message, Executor executor) {
    synchronized (waiting) {
      if (waiting.size() >= MOST_WAITING) {
        waiting.poll();
      }
      waiting.add(message);
      if (writing) {
        return;
      }
      writing = true;
    }
    try {
      executor.execute(this::write);
    } catch (RejectedExecutionException e) {
      synchronized (waiting) {
        writing = false;
      }
    }
  }

  private void write() {
    while (true) {
      Message message;
      synchronized (waiting) {
        Message next = waiting.poll();
        if (next == null) {
          writing = false;
          return;
        }
        message = next;
      }
      try {
        sink.send(
                sse.newEventBuilder()
                    .name(message.event())
                    .mediaType(MediaType.TEXT_PLAIN_TYPE)
                    .data(String.class, message.json())
                    .build())
            .toCompletableFuture()
            .join();
      } catch (RuntimeException e) {
        // the client has gone
        end();
        return;
      }
    }
  }

  void end() {
    gone = true;
    sink.close();
  }
}
