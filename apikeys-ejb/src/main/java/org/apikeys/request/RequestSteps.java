package org.apikeys.request;

import jakarta.annotation.security.PermitAll;
import jakarta.ejb.Stateless;
import jakarta.inject.Inject;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import org.apikeys.api.audit.Action;
import org.apikeys.api.tenant.Caller;
import org.apikeys.audit.AuditLog;
import org.apikeys.key.KeyProposals;

/** What time does to requests; each step is a transaction. */
@Stateless
@PermitAll
public class RequestSteps {
  private final Requests requests;
  private final Effects effects;
  private final KeyProposals proposals;
  private final RequestNews news;
  private final AuditLog audit;
  private final Clock clock;

  @Inject
  public RequestSteps(
      Requests requests,
      Effects effects,
      KeyProposals proposals,
      RequestNews news,
      AuditLog audit,
      Clock clock) {
    this.proposals = proposals;
    this.requests = requests;
    this.effects = effects;
    this.news = news;
    this.audit = audit;
    this.clock = clock;
  }

  @SuppressWarnings("NullAway")
  public RequestSteps() {
    requests = null;
    effects = null;
    proposals = null;
    news = null;
    audit = null;
    clock = null;
  }

  /** Requests whose time is over. */
  public List<Long> overdue(int most) {
    return requests.overdue(clock.instant(), most);
  }

  /** Ends a request whose time is over, and the key that nobody approved. */
  public void expire(long id, Instant now) {
    KeyRequest request = requests.toChange(id).orElse(null);
    if (request == null
        || request.statusAt(now) != RequestStatus.EXPIRED
        || !request.expiresAt().isBefore(now.plusMillis(1))) {
      return;
    }
    request.become(RequestStatus.EXPIRED, null, null, now);
    effects.refused(request, "nobody approved the emergency key in its life");
    news.toRequester("request.expired", request, null);
    audit.record(
        Submissions.about(
            Caller.systemIn(request.organizationId()), Action.REQUEST_EXPIRED, request));
  }

  /**
   * Some of the changes that wait.
   *
   * @param overtaken those that can't be made any more
   * @param last the highest number that was looked at
   * @param more whether there may be others after it
   */
  public record Looked(List<Long> overtaken, long last, boolean more) {
    public Looked {
      overtaken = List.copyOf(overtaken);
    }
  }

  /** Looks for changes of keys that are revoked, or other than when somebody asked. */
  public Looked lookAtChanges(long after, int most) {
    List<KeyRequest> some = requests.changesAfter(after, most);
    List<Long> overtaken =
        some.stream()
            .filter(one -> proposals.overtaken(one.change()).isPresent())
            .map(KeyRequest::id)
            .toList();
    long last = some.isEmpty() ? after : some.get(some.size() - 1).id();
    return new Looked(overtaken, last, some.size() == most);
  }

  /** Ends a request for a change that can't be made any more, whoever approved it. */
  public void endOvertaken(long id) {
    KeyRequest request = requests.toChange(id).orElse(null);
    Instant now = clock.instant();
    if (request == null || request.statusAt(now) != RequestStatus.PENDING) {
      return;
    }
    String why = proposals.overtaken(request.change()).orElse(null);
    if (why == null) {
      return;
    }
    Caller system = Caller.systemIn(request.organizationId());
    request.become(RequestStatus.CANCELLED, system.name(), why, now);
    news.toRequester("request.overtaken", request, null);
    audit.record(
        Submissions.about(system, Action.REQUEST_CANCELLED, request)
            .because(why)
            .changing("status", RequestStatus.PENDING.word(), RequestStatus.CANCELLED.word()));
  }

  /** Pending requests whose approvers are to be reminded. */
  public List<Long> toRemind(int most) {
    return requests.toRemind(clock.instant(), most);
  }

  /** Reminds those whom a request waits for, and again after as long. */
  public void remind(long id) {
    KeyRequest request = requests.toChange(id).orElse(null);
    Instant now = clock.instant();
    if (request != null
        && request.statusAt(now) == RequestStatus.PENDING
        && request.isToRemind(now)) {
      request.remindNext(now.plus(request.ruling().remindAfter()));
      news.toApprovers("request.reminder", request);
    }
  }

  /** Pending requests that have waited too long. */
  public List<Long> toEscalate(int most) {
    return requests.toEscalate(clock.instant(), most);
  }

  /** Tells others of a request that has waited too long, once. */
  public void escalate(long id) {
    KeyRequest request = requests.toChange(id).orElse(null);
    Instant now = clock.instant();
    if (request != null
        && request.statusAt(now) == RequestStatus.PENDING
        && request.escalatedAt() == null) {
      request.escalated(now);
      news.toRole("request.escalated", request, request.ruling().escalateTo());
    }
  }
}
