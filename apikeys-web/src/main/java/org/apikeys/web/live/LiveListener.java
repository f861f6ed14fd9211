package org.apikeys.web.live;

import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.sse.Sse;
import jakarta.ws.rs.sse.SseEventSink;
import java.util.Set;
import java.util.concurrent.Executor;
import org.apikeys.api.cluster.Heard;
import org.apikeys.api.permission.ManagementScope;
import org.apikeys.api.tenant.Caller;
import org.apikeys.web.access.Callers;
import org.apikeys.web.http.EventOutbox;
import org.jspecify.annotations.Nullable;

/**
 * Somebody who watches. What was not taken in time is dropped, the oldest first: who reads slowly
 * misses beats and holds up nobody.
 */
final class LiveListener {
  private static final int MOST_WAITING = 200;

  private final EventOutbox outbox;
  private final Sse sse;
  private final Caller caller;
  private final @Nullable Set<Long> own;
  private final long endsAt;

  /**
   * A listener.
   *
   * @param own the keys of one who sees no others; null for all of the organization
   * @param endsAt when the caller's credential ends, in milliseconds since 1970 UTC
   */
  LiveListener(SseEventSink sink, Sse sse, Caller caller, @Nullable Set<Long> own, long endsAt) {
    outbox = new EventOutbox(sink, MOST_WAITING);
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

  boolean isOf(Caller other) {
    return Callers.areOne(caller, other);
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
    return outbox.isOver() || now >= endsAt;
  }

  /** Whether a change touches what lets the caller watch: they are to sign in anew. */
  boolean isConcernedBy(Heard change) {
    return Callers.isTouched(caller, change);
  }

  /** Has it told; who does not read misses the oldest. */
  void tell(Message message, Executor executor) {
    outbox.push(
        sse.newEventBuilder()
            .name(message.event())
            .mediaType(MediaType.TEXT_PLAIN_TYPE)
            .data(String.class, message.json())
            .build(),
        executor);
  }

  void end(Executor executor) {
    outbox.end(executor);
  }
}
