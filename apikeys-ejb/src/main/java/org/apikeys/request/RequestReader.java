package org.apikeys.request;

import jakarta.annotation.security.RolesAllowed;
import jakarta.ejb.Stateless;
import jakarta.inject.Inject;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.apikeys.api.permission.ManagementScope;
import org.apikeys.api.problem.ProblemException;
import org.apikeys.api.tenant.Caller;
import org.apikeys.check.Expected;
import org.apikeys.request.Requests.Reader;
import org.apikeys.store.Page;
import org.jspecify.annotations.Nullable;

/** Shows requests to those who may see them. */
@Stateless
@RolesAllowed(ManagementScope.REQUESTS_READ)
public class RequestReader {
  private final Requests requests;
  private final Approvers approvers;
  private final Judgements judgements;
  private final Clock clock;

  @Inject
  public RequestReader(Requests requests, Approvers approvers, Judgements judgements, Clock clock) {
    this.judgements = judgements;
    this.requests = requests;
    this.approvers = approvers;
    this.clock = clock;
  }

  @SuppressWarnings("NullAway")
  public RequestReader() {
    requests = null;
    approvers = null;
    judgements = null;
    clock = null;
  }

  public RequestView read(Caller caller, long id) {
    Instant now = clock.instant();
    KeyRequest request = present(visible(caller, requests.byId(id), null), now);
    return RequestView.of(request, requests.delegationsOf(List.of(id)), now);
  }

  /** A page of the requests that the caller sees, the newest first. */
  public Page<RequestView> list(Caller caller, RequestFilter filter, int page, int size) {
    return shown(caller, filter, page, size);
  }

  /**
   * The requests as figures.
   *
   * @param open how many wait for a decision
   * @param decided all others
   * @param latest the newest ones
   */
  public record Figures(long open, long decided, List<RequestView> latest) {}

  /** What the caller sees of the requests, counted. */
  @RolesAllowed(ManagementScope.USAGE_READ)
  public Figures figures(Caller caller, int most) {
    Page<RequestView> latest = shown(caller, RequestFilter.ALL, 1, most);
    long open =
        requests.count(
            reader(caller),
            new RequestFilter(RequestStatus.PENDING, null, null, false, false),
            clock.instant());
    return new Figures(open, latest.total() - open, latest.items());
  }

  private Page<RequestView> shown(Caller caller, RequestFilter filter, int page, int size) {
    Instant now = clock.instant();
    Page<KeyRequest> found = requests.find(reader(caller), filter, now, page, size);
    List<Delegation> delegations =
        requests.delegationsOf(found.items().stream().map(KeyRequest::id).toList());
    return new Page<>(
        found.items().stream()
            .map(one -> RequestView.of(present(one, now), delegations, now))
            .toList(),
        found.total());
  }

  /** As an approver has to see it: by what it comes to now. Nothing of that is written. */
  private KeyRequest present(KeyRequest request, Instant now) {
    requests.detach(request);
    judgements.renew(request, now);
    return request;
  }

  private Reader reader(Caller caller) {
    return new Reader(
        caller.organizationId(),
        caller.owner(),
        approvers.decidingRoles(caller),
        approvers.decidingGroups(caller),
        !caller.seesWholeOrganization());
  }

  /** The request, when the caller sees it and it is as they expect it. */
  static KeyRequest visible(
      Caller caller, Optional<KeyRequest> request, @Nullable Expected expected) {
    KeyRequest found =
        request
            .filter(
                one ->
                    one.organizationId() == caller.organizationId()
                        && (caller.seesWholeOrganization() || one.isOf(caller.owner())))
            .orElseThrow(() -> ProblemException.notFound("request"));
    Expected.version(expected, found.version(), "The request has changed");
    return found;
  }
}
