package org.apikeys.request;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.time.Instant;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.apikeys.api.permission.ManagementScope;
import org.apikeys.api.problem.ProblemException;
import org.apikeys.api.problem.ProblemType;
import org.apikeys.api.tenant.Caller;
import org.apikeys.key.SecretHolders;
import org.apikeys.request.PolicyDocument.Stage;
import org.apikeys.tenant.Directory;
import org.apikeys.tenant.PersonState;
import org.jspecify.annotations.Nullable;

/**
 * Who may decide about a request, by what the directory says of them at that moment and not when
 * they signed in.
 */
@ApplicationScoped
class Approvers {
  private final Directory directory;
  private final SecretHolders holders;

  @Inject
  Approvers(Directory directory, SecretHolders holders) {
    this.directory = directory;
    this.holders = holders;
  }

  @SuppressWarnings("NullAway")
  protected Approvers() {
    directory = null;
    holders = null;
  }

  /**
   * The right by which somebody decides.
   *
   * @param stage the stage that waits
   * @param onBehalfOf who delegated it; null when it is their own
   * @param people all for whom the caller speaks, and who count with the decision
   */
  record Seat(int stage, @Nullable String onBehalfOf, Set<String> people) {
    /** Those who hold the secret of the deciding key beside its owner. */
    List<String> othersThan(String owner) {
      return people.stream().filter(person -> !person.equalsIgnoreCase(owner)).toList();
    }
  }

  /** The caller's right to decide about the stage that waits; refused when they have none. */
  Seat seatOf(Caller caller, KeyRequest request, List<Delegation> delegations, Instant now) {
    Set<String> people = requireNotRequester(caller, request);
    int stage = request.openStage();
    Stage open = request.ruling().stages().get(stage);
    if (fits(open, caller.owner(), rolesOf(caller), groupsOf(caller))) {
      return new Seat(stage, null, people);
    }
    return delegations.stream()
        .filter(one -> one.isTo(caller.owner(), now))
        .filter(one -> mayStillDecide(open, one.from(), request.organizationId()))
        // in the stead of somebody whose place nobody has taken yet, where there is one
        .reduce((one, next) -> hasTakenPlace(request, one.from()) ? next : one)
        .map(one -> new Seat(stage, one.from(), people))
        .orElseThrow(
            () ->
                new ProblemException(
                    ProblemType.FORBIDDEN,
                    "This request waits for " + words(open) + ", and the caller is none."));
  }

  private static boolean hasTakenPlace(KeyRequest request, String person) {
    return request.agreements().stream().anyMatch(one -> one.counts() && one.isOf(person));
  }

  private static String words(Stage stage) {
    List<String> roles = Objects.requireNonNull(stage.roles());
    List<String> groups = Objects.requireNonNull(stage.groups());
    if (!roles.isEmpty()) {
      return "somebody with the role " + String.join(" or ", roles);
    }
    return groups.isEmpty()
        ? String.join(" or ", Objects.requireNonNull(stage.people()))
        : "somebody of the group " + String.join(" or ", groups);
  }

  /**
   * Four eyes, whatever roles the requester has and whichever credential they use: a key speaks for
   * its owner, and for whoever was handed its secret.
   *
   * @return the people for whom the caller speaks
   */
  Set<String> requireNotRequester(Caller caller, KeyRequest request) {
    if (request.isOf(caller.owner())) {
      throw new ProblemException(
          ProblemType.SELF_APPROVAL,
          "This is the caller's own request, and somebody else has to decide; it can be cancelled.");
    }
    Set<String> people = holders.behind(caller);
    people.stream()
        .filter(request::isAskedBy)
        .findFirst()
        .ifPresent(
            person -> {
              throw new ProblemException(
                  ProblemType.SELF_APPROVAL,
                  person
                      + " asked for this or held the key that asked, and speaks through the"
                      + " deciding credential, too: somebody else has to decide, in person or by a"
                      + " key that its owner has rotated.");
            });
    return people;
  }

  private Collection<String> rolesOf(Caller caller) {
    // a person of an external issuer is not in the directory: the token says what they may do
    return directory
        .stateOf(caller.owner())
        .filter(person -> person.organizationId() == caller.organizationId())
        .map(person -> person.active() ? person.roles() : List.<String>of())
        .orElseGet(() -> List.copyOf(caller.roles()));
  }

  /** Groups are the directory's: a person of an external issuer is in none. */
  private Collection<String> groupsOf(Caller caller) {
    return directory
        .stateOf(caller.owner())
        .filter(person -> person.organizationId() == caller.organizationId() && person.active())
        .map(PersonState::groups)
        .orElseGet(List::of);
  }

  /** The groups that count for what awaits the caller. */
  Collection<String> decidingGroups(Caller caller) {
    return caller.holds(ManagementScope.REQUESTS_APPROVE) ? groupsOf(caller) : Set.of();
  }

  /** The roles that count for what awaits the caller. */
  Set<String> decidingRoles(Caller caller) {
    return caller.holds(ManagementScope.REQUESTS_APPROVE) ? caller.roles() : Set.of();
  }

  /** Whether an earlier approval is still one of somebody who may approve. */
  boolean stillCounts(Agreement agreement, KeyRequest request) {
    Stage stage = request.ruling().stages().get(agreement.stage());
    if (agreement.onBehalfOf() == null) {
      return mayStillDecide(stage, agreement.by(), request.organizationId());
    }
    return mayStillApprove(agreement.by(), request.organizationId())
        && mayStillDecide(stage, agreement.onBehalfOf(), request.organizationId());
  }

  private boolean mayStillDecide(Stage stage, String person, long organizationId) {
    Optional<PersonState> state = directory.stateOf(person);
    return state.isEmpty()
        || (mayApprove(state.get(), organizationId)
            && fits(stage, person, state.get().roles(), state.get().groups()));
  }

  private boolean mayStillApprove(String person, long organizationId) {
    return directory.stateOf(person).map(state -> mayApprove(state, organizationId)).orElse(true);
  }

  static boolean mayApprove(PersonState person, long organizationId) {
    return person.active()
        && person.organizationId() == organizationId
        && ManagementScope.ofRoles(person.roles()).contains(ManagementScope.REQUESTS_APPROVE);
  }

  private static boolean fits(
      Stage stage, String person, Collection<String> roles, Collection<String> groups) {
    return Objects.requireNonNull(stage.people()).stream().anyMatch(person::equalsIgnoreCase)
        || !Collections.disjoint(Objects.requireNonNull(stage.roles()), roles)
        || !Collections.disjoint(Objects.requireNonNull(stage.groups()), groups);
  }

  /** The person, when they may approve in the organization. */
  PersonState requireApprover(String username, long organizationId, String field) {
    return directory
        .stateOf(username)
        .filter(person -> mayApprove(person, organizationId))
        .orElseThrow(
            () ->
                ProblemException.invalid(
                    field, "is no person who may approve requests in this organization"));
  }
}
