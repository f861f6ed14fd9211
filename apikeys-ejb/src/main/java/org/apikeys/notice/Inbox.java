package org.apikeys.notice;

import com.fasterxml.jackson.annotation.JsonProperty;
import jakarta.annotation.security.PermitAll;
import jakarta.ejb.Stateless;
import jakarta.inject.Inject;
import java.time.Clock;
import java.time.Instant;
import org.apikeys.api.problem.ProblemException;
import org.apikeys.api.tenant.Caller;
import org.apikeys.store.Page;
import org.jspecify.annotations.Nullable;

/** Everybody's own notices, and nobody else's. */
@Stateless
@PermitAll
public class Inbox {
  private final Notices notices;
  private final Clock clock;

  @Inject
  public Inbox(Notices notices, Clock clock) {
    this.notices = notices;
    this.clock = clock;
  }

  @SuppressWarnings("NullAway")
  public Inbox() {
    notices = null;
    clock = null;
  }

  /**
   * A notice.
   *
   * @param link path of what it is about
   */
  public record NoticeView(
      long id,
      String event,
      String title,
      String text,
      @Nullable String link,
      @JsonProperty("is_read") boolean read,
      Instant createdAt,
      @Nullable Instant readAt) {}

  /** The caller's notices, the newest first. */
  public Page<NoticeView> list(Caller caller, boolean unreadOnly, int page, int size) {
    Page<InboxNotice> found =
        notices.find(caller.organizationId(), person(caller), unreadOnly, page, size);
    return new Page<>(found.items().stream().map(InboxNotice::view).toList(), found.total());
  }

  public long unread(Caller caller) {
    return notices.unread(caller.organizationId(), person(caller));
  }

  /** Notes that it was read. */
  public NoticeView read(Caller caller, long id) {
    InboxNotice notice =
        notices
            .byId(id)
            .filter(found -> found.isOf(caller.organizationId(), person(caller)))
            .orElseThrow(() -> ProblemException.notFound("notice"));
    notice.read(clock.instant());
    return notice.view();
  }

  /** Notes that all were read; how many these were. */
  public int readAll(Caller caller) {
    return notices.readAll(caller.organizationId(), person(caller), clock.instant());
  }

  private static String person(Caller caller) {
    return NoticeBoard.key(caller.owner());
  }
}
