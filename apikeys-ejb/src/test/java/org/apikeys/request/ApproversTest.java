package org.apikeys.request;

import static org.apikeys.key.Orders.MAX;
import static org.apikeys.request.SomeRequests.MANAGERS;
import static org.apikeys.request.SomeRequests.NOON;
import static org.apikeys.request.SomeRequests.agreed;
import static org.apikeys.request.SomeRequests.newKey;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apikeys.api.problem.ProblemException;
import org.apikeys.api.problem.ProblemType;
import org.apikeys.api.tenant.Caller;
import org.apikeys.key.Orders;
import org.apikeys.request.Approvers.Seat;
import org.apikeys.request.PolicyDocument.Stage;
import org.apikeys.tenant.Directory;
import org.apikeys.tenant.PersonState;
import org.junit.jupiter.api.Test;

/** Who may decide, by what the directory says of them now. */
class ApproversTest {
  private final People people = new People();
  private final Approvers approvers = new Approvers(people, SomeRequests.IN_PERSON);

  /** A directory in memory. */
  private static final class People extends Directory {
    private final Map<String, PersonState> known = new HashMap<>();

    void put(String name, long organization, boolean active, String role, String... groups) {
      known.put(
          name,
          new PersonState(1, name, organization, List.of(role), List.of(groups), null, active));
    }

    @Override
    public Optional<PersonState> stateOf(String username) {
      return Optional.ofNullable(known.get(username.toLowerCase(Locale.ROOT)));
    }
  }

  private static Caller person(String name, String role) {
    return Orders.person(9, name, 1, role);
  }

  private static void refused(ProblemType type, String why, Runnable call) {
    assertThatThrownBy(call::run)
        .isInstanceOfSatisfying(ProblemException.class, e -> assertThat(e.type()).isEqualTo(type))
        .hasMessageContaining(why);
  }

  private Seat seat(Caller caller, KeyRequest request, Delegation... delegations) {
    return approvers.seatOf(caller, request, List.of(delegations), NOON);
  }

  @Test
  void theDirectoryAndNotTheSessionSaysWhoMayDecide() {
    KeyRequest request = newKey(MANAGERS);
    assertThat(seat(MAX, request))
        .as("of an external issuer")
        .isEqualTo(new Seat(0, null, Set.of("max")));
    people.put("max", 1, true, "manager");
    assertThat(seat(MAX, request)).isEqualTo(new Seat(0, null, Set.of("max")));
    people.put("max", 1, true, "developer");
    refused(ProblemType.FORBIDDEN, "the role manager", () -> seat(MAX, request));
    people.put("max", 1, false, "manager");
    refused(ProblemType.FORBIDDEN, "the role manager", () -> seat(MAX, request));
    people.put("max", 2, true, "developer");
    assertThat(seat(MAX, request))
        .as("another person of that name elsewhere says nothing of this one")
        .isEqualTo(new Seat(0, null, Set.of("max")));
  }

  @Test
  void aStageNamesRolesGroupsOrPeople() {
    KeyRequest named = newKey(new Stage(1, null, List.of("Max"), null, false));
    assertThat(seat(MAX, named)).isEqualTo(new Seat(0, null, Set.of("max")));
    refused(ProblemType.FORBIDDEN, "waits for Max,", () -> seat(person("mona", "manager"), named));

    KeyRequest secured = newKey(new Stage(1, null, null, List.of("security", "audit"), false));
    refused(ProblemType.FORBIDDEN, "of the group security or audit", () -> seat(MAX, secured));
    people.put("max", 1, true, "manager", "audit");
    assertThat(seat(MAX, secured)).isEqualTo(new Seat(0, null, Set.of("max")));
    people.put("max", 1, false, "manager", "audit");
    refused(ProblemType.FORBIDDEN, "of the group", () -> seat(MAX, secured));
    people.put("max", 2, true, "manager", "audit");
    refused(ProblemType.FORBIDDEN, "of the group", () -> seat(MAX, secured));
    KeyRequest either =
        newKey(new Stage(1, List.of("manager", "admin"), null, List.of("security"), false));
    refused(
        ProblemType.FORBIDDEN,
        "the role manager or admin",
        () -> seat(person("ann", "developer"), either));
  }

  @Test
  void theStageThatWaitsIsTheOneThatIsDecided() {
    KeyRequest request = newKey(MANAGERS, new Stage(1, List.of("admin"), null, null, false));
    request.agree(agreed(request, "mona", null, 0), NOON);
    refused(ProblemType.FORBIDDEN, "the role admin", () -> seat(MAX, request));
    assertThat(seat(person("root", "admin"), request)).isEqualTo(new Seat(1, null, Set.of("root")));
  }

  @Test
  void nobodyDecidesAboutTheirOwn() {
    KeyRequest request = newKey(MANAGERS);
    refused(
        ProblemType.SELF_APPROVAL, "own request", () -> seat(person("dORA", "manager"), request));
    approvers.requireNotRequester(MAX, request);
  }

  @Test
  void aDelegateDecidesAsLongAsWhoDelegatedMay() {
    KeyRequest request = newKey(new Stage(1, null, List.of("eve"), null, false));
    Delegation toMax = new Delegation(request.id(), "eve", "max", NOON.plusSeconds(1), NOON);
    Delegation over = new Delegation(request.id(), "eve", "max", NOON, NOON);
    Delegation ofAnn = new Delegation(request.id(), "ann", "max", NOON.plusSeconds(1), NOON);
    people.put("eve", 1, true, "manager");
    people.put("ann", 1, true, "manager");
    assertThat(seat(MAX, request, over, ofAnn, toMax)).isEqualTo(new Seat(0, "eve", Set.of("max")));
    refused(ProblemType.FORBIDDEN, "waits for", () -> seat(MAX, request, over));
    refused(ProblemType.FORBIDDEN, "waits for", () -> seat(MAX, request, ofAnn));
    refused(
        ProblemType.FORBIDDEN, "waits for", () -> seat(person("mona", "manager"), request, toMax));

    people.put("eve", 1, true, "developer");
    refused(ProblemType.FORBIDDEN, "waits for", () -> seat(MAX, request, toMax));
    people.put("eve", 1, false, "manager");
    refused(ProblemType.FORBIDDEN, "waits for", () -> seat(MAX, request, toMax));
    people.put("eve", 2, true, "manager");
    refused(ProblemType.FORBIDDEN, "waits for", () -> seat(MAX, request, toMax));
    people.known.remove("eve");
    assertThat(seat(MAX, request, toMax))
        .as("of an external issuer")
        .isEqualTo(new Seat(0, "eve", Set.of("max")));
  }

  @Test
  void aDelegateOfSeveralTakesThePlaceThatIsFree() {
    KeyRequest request = newKey(new Stage(2, null, List.of("eve", "ann"), null, false));
    Delegation ofEve = new Delegation(request.id(), "eve", "max", NOON.plusSeconds(1), NOON);
    Delegation ofAnn = new Delegation(request.id(), "ann", "max", NOON.plusSeconds(1), NOON);
    assertThat(seat(MAX, request, ofEve, ofAnn).onBehalfOf()).isEqualTo("eve");
    request.agree(agreed(request, "Eve", null, 0), NOON);
    assertThat(seat(MAX, request, ofEve, ofAnn).onBehalfOf()).isEqualTo("ann");
    assertThat(seat(MAX, request, ofAnn, ofEve).onBehalfOf()).isEqualTo("ann");
    request.agree(agreed(request, "ann", null, 0).voided(), NOON);
    assertThat(seat(MAX, request, ofAnn, ofEve).onBehalfOf()).isEqualTo("ann");
  }

  @Test
  void anApprovalCountsWhileItsApproverMayApprove() {
    KeyRequest request = newKey(MANAGERS);
    Agreement own = agreed(request, "max", null, 0);
    Agreement inStead = agreed(request, "mona", "max", 0);
    assertThat(approvers.stillCounts(own, request)).as("of an external issuer").isTrue();
    assertThat(approvers.stillCounts(inStead, request)).isTrue();
    people.put("max", 1, true, "manager");
    people.put("mona", 1, true, "admin");
    assertThat(approvers.stillCounts(own, request)).isTrue();
    assertThat(approvers.stillCounts(inStead, request)).isTrue();
    people.put("mona", 1, true, "developer");
    assertThat(approvers.stillCounts(inStead, request))
        .as("a delegate who may approve nothing any more")
        .isFalse();
    people.put("mona", 1, false, "admin");
    assertThat(approvers.stillCounts(inStead, request)).isFalse();
    people.put("mona", 2, true, "admin");
    assertThat(approvers.stillCounts(inStead, request)).isFalse();
    people.put("mona", 1, true, "admin");
    people.put("max", 1, true, "developer");
    assertThat(approvers.stillCounts(own, request)).isFalse();
    assertThat(approvers.stillCounts(inStead, request)).isFalse();
    people.put("max", 1, true, "admin");
    assertThat(approvers.stillCounts(own, request)).as("another role than asked for").isFalse();
  }

  @Test
  void whatAwaitsSomebodyGoesByTheirRolesAndGroups() {
    people.put("max", 1, true, "manager", "security");
    assertThat(approvers.decidingRoles(MAX)).containsExactly("manager");
    assertThat(approvers.decidingGroups(MAX)).containsExactly("security");
    people.put("ann", 1, true, "developer", "security");
    Caller ann = person("ann", "developer");
    assertThat(approvers.decidingRoles(ann)).as("who may not approve").isEmpty();
    assertThat(approvers.decidingGroups(ann)).isEmpty();
  }

  @Test
  void aDelegateIsSomebodyWhoMayApprove() {
    people.put("max", 1, true, "manager");
    assertThat(approvers.requireApprover("MAX", 1, "to").username()).isEqualTo("max");
    refused(ProblemType.VALIDATION_FAILED, "", () -> approvers.requireApprover("eve", 1, "to"));
    refused(ProblemType.VALIDATION_FAILED, "", () -> approvers.requireApprover("max", 2, "to"));
    people.put("max", 1, false, "manager");
    refused(ProblemType.VALIDATION_FAILED, "", () -> approvers.requireApprover("max", 1, "to"));
    people.put("max", 1, true, "developer");
    refused(ProblemType.VALIDATION_FAILED, "", () -> approvers.requireApprover("max", 1, "to"));
  }
}
