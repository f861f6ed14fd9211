package org.apikeys.request;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import org.apikeys.api.audit.Action;
import org.apikeys.api.permission.ManagementScope;
import org.apikeys.api.problem.ProblemException;
import org.apikeys.api.problem.ProblemType;
import org.apikeys.api.tenant.Caller;
import org.apikeys.key.Approval;
import org.apikeys.key.KeyKeeper;
import org.apikeys.key.KeyProposals;
import org.apikeys.tenant.Directory;

/** What follows from decisions. */
@ApplicationScoped
class Effects {
  private final KeyKeeper keeper;
  private final KeyProposals proposals;
  private final Directory directory;

  @Inject
  Effects(KeyKeeper keeper, KeyProposals proposals, Directory directory) {
    this.proposals = proposals;
    this.keeper = keeper;
    this.directory = directory;
  }

  @SuppressWarnings("NullAway")
  protected Effects() {
    keeper = null;
    proposals = null;
    directory = null;
  }

  /** All have agreed: a new key waits for its claim, and a change is made. */
  void approved(Caller caller, KeyRequest request, Instant now) {
    if (request.kind() == RequestKind.EMERGENCY) {
      boolean claimed = request.claimedAt() != null;
      if (claimed) {
        keeper.agreeAfterwards(
            caller,
            Objects.requireNonNull(request.keyId()),
            request.configuration(),
            approval(request));
      }
      request.become(
          claimed ? RequestStatus.FULFILLED : RequestStatus.APPROVED, caller.owner(), null, now);
      return;
    }
    if (request.kind() == RequestKind.NEW_KEY) {
      request.become(RequestStatus.APPROVED, caller.owner(), null, now);
      request.claimUntil(now.plus(request.ruling().claimWithin()));
      return;
    }
    requireRequesterStillMay(request);
    keeper.changeApproved(
        caller,
        Objects.requireNonNull(request.keyId()),
        request.change(),
        action(request.kind()),
        approval(request));
    request.become(RequestStatus.FULFILLED, caller.owner(), null, now);
  }

  private static Action action(RequestKind kind) {
    return switch (kind) {
      case RENEWAL -> Action.KEY_RENEWED;
      case REACTIVATION -> Action.KEY_REACTIVATED;
      case CHANGE, LIMIT_INCREASE, NEW_KEY, EMERGENCY -> Action.KEY_UPDATED;
    };
  }

  /** The approvals that a key or its change rests on. */
  static Approval approval(KeyRequest request) {
    List<String> by =
        request.agreements().stream()
            .filter(Agreement::counts)
            .map(Agreement::by)
            .distinct()
            .toList();
    return new Approval(request.id(), by);
  }

  /**
   * What a key that is claimed rests on: in an emergency it is had before the request is decided.
   */
  static Approval approvalSoFar(KeyRequest request, Instant now) {
    Approval approval = approval(request);
    boolean awaited = request.statusAt(now) == RequestStatus.PENDING;
    return new Approval(approval.requestId(), approval.approvedBy(), awaited);
  }

  /**
   * What nobody could have after an approval is not approved: the requester could not ask for it
   * any more, or the key that they would claim can't be made.
   */
  void requireCanBeHad(KeyRequest request) {
    requireRequesterStillMay(request);
    if (request.kind().isForNewKey() && request.claimedAt() == null) {
      proposals.requireStillPossible(request.organizationId(), request.configuration());
    }
  }

  private void requireRequesterStillMay(KeyRequest request) {
    Set<String> lost = new TreeSet<>();
    directory
        .stateOf(request.requestedBy())
        .ifPresent(
            person -> {
              if (!person.active()) {
                throw new ProblemException(
                    ProblemType.CONFLICT,
                    "The requester is disabled; the request can only be rejected.");
              }
              lost.addAll(request.requester().scopes());
              lost.removeAll(ManagementScope.ofRoles(person.roles()));
            });
    if (lost.contains(ManagementScope.REQUESTS_WRITE) || handsOn(request, lost)) {
      throw new ProblemException(
          ProblemType.CONFLICT,
          "The requester has lost the right to ask for this; the request can only be rejected.");
    }
  }

  private static boolean handsOn(KeyRequest request, Set<String> lost) {
    return request.configuration().scopes().stream().anyMatch(lost::contains);
  }

  /** Nobody approves any more: a key that was claimed in an emergency ends. */
  void refused(KeyRequest request, String why) {
    if (request.kind() == RequestKind.EMERGENCY && request.claimedAt() != null) {
      keeper.revokeUnlessEnded(Objects.requireNonNull(request.keyId()), why);
    }
  }
}
