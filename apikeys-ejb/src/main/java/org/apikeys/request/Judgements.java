package org.apikeys.request;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.apikeys.api.problem.ProblemException;
import org.apikeys.api.problem.ProblemType;
import org.apikeys.api.tenant.Caller;
import org.apikeys.key.KeyConfiguration;
import org.apikeys.key.Wish;
import org.apikeys.request.PolicyRules.Question;
import org.apikeys.tenant.Directory;
import org.apikeys.tenant.PersonState;

/**
 * Judges what is asked for: when it is asked, and again when the sets and patterns that it names
 * come to other scopes by then. What was approved before was something else.
 */
@ApplicationScoped
class Judgements {
  private final PolicyRules policies;
  private final RiskAssessor risks;
  private final Directory directory;

  @Inject
  Judgements(PolicyRules policies, RiskAssessor risks, Directory directory) {
    this.policies = policies;
    this.risks = risks;
    this.directory = directory;
  }

  @SuppressWarnings("NullAway")
  protected Judgements() {
    policies = null;
    risks = null;
    directory = null;
  }

  /** Of what somebody asks for now. */
  Judgement of(Caller requester, RequestKind kind, Wish wish) {
    return new Judgement(
        policies.ruling(requester, kind, wish),
        policies.risk(new Question(requester, kind, wish.after())),
        risks.effectiveScopes(requester.organizationId(), wish.after()));
  }

  /** What a configuration comes to now in an organization. */
  List<String> scopesOf(long organizationId, KeyConfiguration wanted) {
    return risks.effectiveScopes(organizationId, wanted);
  }

  /** Brings a request that waits for decisions to what it comes to now; whether that is another. */
  boolean renew(KeyRequest request, Instant now) {
    if (request.statusAt(now) != RequestStatus.PENDING) {
      return false;
    }
    List<String> scopes = scopesOf(request.organizationId(), request.configuration());
    if (scopes.equals(request.effectiveScopes())) {
      return false;
    }
    Caller requester = requesterOf(request);
    Ruling ruling =
        policies
            .judged(requester, request.kind(), request.wish())
            // what waits for somebody goes on waiting
            .filter(one -> !one.isAutomatic())
            .orElseGet(request::ruling);
    Risk risk = policies.risk(new Question(requester, request.kind(), request.configuration()));
    request.judgeAgain(new Judgement(ruling, risk, scopes), now);
    return true;
  }

  /** What no policy speaks of any more is not approved. */
  void requireSpokenOf(KeyRequest request) {
    if (policies.judged(requesterOf(request), request.kind(), request.wish()).isEmpty()) {
      throw new ProblemException(
          ProblemType.CONFLICT,
          "What was asked for comes to other scopes now, and no policy allows that; the request can"
              + " only be rejected or cancelled.");
    }
  }

  private Caller requesterOf(KeyRequest request) {
    String person = request.requestedBy();
    // a request of before roles were kept, or of a person of an external issuer
    List<String> roles =
        Optional.ofNullable(request.requester().roles())
            .orElseGet(() -> directory.stateOf(person).map(PersonState::roles).orElse(List.of()));
    return new Caller(
        Caller.Kind.PERSON,
        0,
        person,
        person,
        request.organizationId(),
        Set.copyOf(roles),
        request.requester().scopes(),
        null,
        null,
        null);
  }

  /** A claim hands out no more than was agreed to. */
  void requireNoMore(KeyRequest request) {
    List<String> agreed = request.effectiveScopes();
    if (agreed == null) {
      return; // of before it was kept
    }
    Set<String> more =
        Judgement.beyond(scopesOf(request.organizationId(), request.configuration()), agreed);
    if (!more.isEmpty()) {
      throw new ProblemException(
          ProblemType.CONFLICT,
          "What was asked for comes to more now than when it was agreed to: "
              + String.join(", ", more)
              + ". Ask for the key again, or have the permission set or plugin changed back.");
    }
  }
}
