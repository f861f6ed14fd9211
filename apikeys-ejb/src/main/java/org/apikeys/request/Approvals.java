package org.apikeys.request;

import jakarta.annotation.security.RolesAllowed;
import jakarta.ejb.Stateless;
import jakarta.inject.Inject;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.apikeys.api.audit.Action;
import org.apikeys.api.permission.ManagementScope;
import org.apikeys.api.problem.ProblemException;
import org.apikeys.api.problem.ProblemType;
import org.apikeys.api.tenant.Caller;
import org.apikeys.audit.AuditEntry;
import org.apikeys.audit.AuditLog;
import org.apikeys.check.Expected;
import org.apikeys.key.KeyConfiguration;
import org.apikeys.key.KeyProposals;
import org.apikeys.request.Approvers.Seat;
import org.jspecify.annotations.Nullable;

/**
 * Decides about requests. Decisions about one request come one after the other, and each about the
 * digest that the approver saw. Who may ask and not approve comes as far as being told that their
 * own request is not theirs to decide.
 */
@Stateless
@RolesAllowed(ManagementScope.REQUESTS_APPROVE)
public class Approvals {
  private static final Duration LONGEST_DELEGATION = Duration.ofDays(366);
  private static final int MOST_DELEGATIONS = 20;

  /** The fields in which one configuration can allow less than another. */
  private static final Set<String> NARROWED =
      Set.of(
          "scopes",
          "permission_sets",
          "rate_limit",
          "rate_limits",
          "unlimited",
          "restrictions",
          "expires_at",
          "not_before");

  private final Requests requests;
  private final Approvers approvers;
  private final Effects effects;
  private final Judgements judgements;
  private final KeyProposals proposals;
  private final RequestNews news;
  private final AuditLog audit;
  private final Clock clock;

  @Inject
  public Approvals(
      Requests requests,
      Approvers approvers,
      Effects effects,
      Judgements judgements,
      KeyProposals proposals,
      RequestNews news,
      AuditLog audit,
      Clock clock) {
    this.requests = requests;
    this.approvers = approvers;
    this.effects = effects;
    this.judgements = judgements;
    this.proposals = proposals;
    this.news = news;
    this.audit = audit;
    this.clock = clock;
  }

  @SuppressWarnings("NullAway")
  public Approvals() {
    requests = null;
    approvers = null;
    effects = null;
    judgements = null;
    proposals = null;
    news = null;
    audit = null;
    clock = null;
  }

  /**
   * What an approver says.
   *
   * @param digest what they saw
   * @param overrides from what is wanted to what they allow; null for all of it
   */
  public record Decision(
      @Nullable String comment,
      @Nullable String digest,
      @Nullable UnaryOperator<KeyConfiguration> overrides) {}

  /** Approves; the last approval brings about what was asked for. */
  @RolesAllowed({ManagementScope.REQUESTS_APPROVE, ManagementScope.REQUESTS_WRITE})
  public RequestView approve(
      Caller caller, long id, Decision decision, @Nullable Expected expected) {
    KeyRequest request = toDecide(caller, id, expected);
    Instant now = clock.instant();
    if (decision.digest() == null || decision.digest().isBlank()) {
      throw ProblemException.invalid(
          "digest", "is required: the digest of the request as the approver saw it");
    }
    List<String> before = request.effectiveScopes();
    List<Agreement> approvals = request.agreements();
    boolean renewed = judgements.renew(request, now);
    if (!decision.digest().equals(request.digest())) {
      throw new ProblemException(
          ProblemType.CONFLICT,
          "The request is not the one that the digest stands for any more; read it again.");
    }
    if (renewed) {
      judgements.requireSpokenOf(request);
      String change = Judgement.difference(before, request.effectiveScopes());
      String why = "the permission sets or plugins that it names have changed (" + change + ")";
      news.toLapsed(request, approvals, why, caller.owner());
    }
    effects.requireCanBeHad(request);
    recheck(request, now);
    Seat seat = approvers.seatOf(caller, request, requests.delegationsOf(List.of(id)), now);
    AuditEntry entry =
        Submissions.about(caller, Action.REQUEST_APPROVED, request).because(decision.comment());
    if (renewed) {
      entry = entry.changing("effective_scopes", before, request.effectiveScopes());
    }
    if (decision.overrides() != null) {
      Map<String, List<@Nullable Object>> taken =
          narrow(caller, request, decision.overrides(), now);
      entry = entry.changing("overrides", null, taken.isEmpty() ? null : taken);
      // what was approved so far was something else, so that the stages begin again
      seat = approvers.seatOf(caller, request, requests.delegationsOf(List.of(id)), now);
    }
    requireNotYet(request, seat);
    request.agree(
        new Agreement(
            caller.owner(),
            now,
            Requests.trimmed(decision.comment()),
            seat.onBehalfOf(),
            seat.othersThan(caller.owner()),
            seat.stage(),
            request.digest(),
            true),
        now);
    if (request.openStage() < 0) {
      effects.approved(caller, request, now);
      news.approved(request, now, caller.owner());
    } else if (request.openStage() != seat.stage()) {
      news.toApprovers("request.submitted", request);
    }
    audit.record(
        entry
            .changing("digest", null, request.digest())
            .changing("status", RequestStatus.PENDING.word(), request.statusAt(now).word()));
    return saved(request, now);
  }

  /** Approvals of people who may not approve any more stop counting. */
  private void recheck(KeyRequest request, Instant now) {
    List<Agreement> all =
        request.agreements().stream()
            .map(one -> one.counts() && !approvers.stillCounts(one, request) ? one.voided() : one)
            .toList();
    if (!all.equals(request.agreements())) {
      request.replaceAgreements(all, now);
    }
  }

  private static void requireNotYet(KeyRequest request, Seat seat) {
    boolean counted =
        request.agreements().stream()
            .filter(Agreement::counts)
            .anyMatch(
                one ->
                    seat.people().stream().anyMatch(one::isOf)
                        || (seat.onBehalfOf() != null && one.isOf(seat.onBehalfOf())));
    if (counted) {
      throw new ProblemException(
          ProblemType.CONFLICT,
          "The caller, or somebody who holds the deciding key's secret, has approved this already,"
              + " and one person counts once.");
    }
  }

  private Map<String, List<@Nullable Object>> narrow(
      Caller caller, KeyRequest request, UnaryOperator<KeyConfiguration> overrides, Instant now) {
    KeyConfiguration wanted = request.configuration();
    KeyConfiguration narrowed =
        proposals.narrowed(caller.organizationId(), wanted, overrides.apply(wanted));
    if (narrowed.equals(wanted)) {
      return Map.of();
    }
    Map<String, List<@Nullable Object>> taken = Comparison.of(wanted, narrowed);
    for (String field : taken.keySet()) {
      if (!NARROWED.contains(field)) {
        throw ProblemException.invalid(
            "overrides." + field, "can't be overridden; an approver only narrows");
      }
    }
    List<Agreement> approvals = request.agreements();
    request.narrow(
        narrowed,
        judgements.scopesOf(request.organizationId(), narrowed),
        new Narrowing(caller.owner(), now, taken),
        now);
    news.toRequester("request.narrowed", request, caller.owner());
    String why = caller.owner() + " has narrowed it (" + String.join(", ", taken.keySet()) + ")";
    news.toLapsed(request, approvals, why, caller.owner());
    return taken;
  }

  /** Refuses, with a reason that reaches the requester. */
  @RolesAllowed({ManagementScope.REQUESTS_APPROVE, ManagementScope.REQUESTS_WRITE})
  public RequestView reject(Caller caller, long id, String reason, @Nullable Expected expected) {
    KeyRequest request = toDecide(caller, id, expected);
    Instant now = clock.instant();
    approvers.seatOf(caller, request, requests.delegationsOf(List.of(id)), now);
    request.become(RequestStatus.REJECTED, caller.owner(), reason, now);
    effects.refused(request, "rejected: " + reason);
    news.toRequester("request.rejected", request, caller.owner());
    audit.record(
        Submissions.about(caller, Action.REQUEST_REJECTED, request)
            .because(reason)
            .changing("status", RequestStatus.PENDING.word(), RequestStatus.REJECTED.word()));
    return saved(request, now);
  }

  /** Lets another person decide in the caller's stead, until an instant. */
  @RolesAllowed({ManagementScope.REQUESTS_APPROVE, ManagementScope.REQUESTS_WRITE})
  public RequestView delegate(
      Caller caller, long id, String to, Instant until, @Nullable Expected expected) {
    KeyRequest request = toDecide(caller, id, expected);
    Instant now = clock.instant();
    String person = approvers.requireApprover(to, request.organizationId(), "to").username();
    if (request.isAskedBy(person)) {
      throw ProblemException.invalid("to", "is the requester, who never decides about it");
    }
    if (person.equalsIgnoreCase(caller.owner())) {
      throw ProblemException.invalid("to", "is the caller");
    }
    if (!until.isAfter(now) || until.isAfter(now.plus(LONGEST_DELEGATION))) {
      throw ProblemException.invalid("until", "has to be in the future, and within a year");
    }
    List<Delegation> delegations = requests.delegationsOf(List.of(id));
    if (delegations.size() >= MOST_DELEGATIONS) {
      throw new ProblemException(
          ProblemType.CONFLICT, "A request is delegated at most " + MOST_DELEGATIONS + " times.");
    }
    // only a right of one's own is handed on
    approvers.seatOf(caller, request, List.of(), now);
    news.toPerson("request.delegated", request, person, caller.owner());
    requests.add(new Delegation(id, caller.owner(), person, until, now));
    audit.record(
        Submissions.about(caller, Action.REQUEST_DELEGATED, request)
            .changing("delegate", null, person)
            .changing("until", null, until.toString()));
    return saved(request, now);
  }

  private KeyRequest toDecide(Caller caller, long id, @Nullable Expected expected) {
    requireApprover(caller, id);
    KeyRequest request = RequestReader.visible(caller, requests.toChange(id), expected);
    approvers.requireNotRequester(caller, request);
    RequestStatus status = request.statusAt(clock.instant());
    if (status != RequestStatus.PENDING) {
      throw new ProblemException(
          ProblemType.CONFLICT, "The request is " + status.word() + "; it is decided.");
    }
    return request;
  }

  /** To who may not approve, the requests of others and those that are not there are alike. */
  private void requireApprover(Caller caller, long id) {
    if (!caller.holds(ManagementScope.REQUESTS_APPROVE)) {
      requests
          .byId(id)
          .filter(request -> request.organizationId() == caller.organizationId())
          .ifPresent(request -> approvers.requireNotRequester(caller, request));
      throw new ProblemException(
          ProblemType.FORBIDDEN, "This takes the scope " + ManagementScope.REQUESTS_APPROVE + ".");
    }
  }

  private RequestView saved(KeyRequest request, Instant now) {
    requests.flush();
    return RequestView.of(request, requests.delegationsOf(List.of(request.id())), now);
  }
}
