package org.apikeys.request;

import static org.apikeys.key.Orders.MAX;
import static org.apikeys.key.Orders.MONA;
import static org.apikeys.request.SomeRequests.DORA;
import static org.apikeys.request.SomeRequests.MANAGERS;
import static org.apikeys.request.SomeRequests.NOON;
import static org.apikeys.request.SomeRequests.change;
import static org.apikeys.store.Expect.invalid;
import static org.apikeys.store.Expect.refused;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apikeys.api.audit.Action;
import org.apikeys.api.notice.Notice;
import org.apikeys.api.problem.ProblemType;
import org.apikeys.api.tenant.Caller;
import org.apikeys.audit.AuditEntry;
import org.apikeys.audit.AuditLog;
import org.apikeys.audit.RecordedOnly;
import org.apikeys.check.Expected;
import org.apikeys.crypto.Secret;
import org.apikeys.key.Approval;
import org.apikeys.key.IssuedKey;
import org.apikeys.key.KeyConfiguration;
import org.apikeys.key.KeyIssuer;
import org.apikeys.key.KeyKeeper;
import org.apikeys.key.KeyProposals;
import org.apikeys.key.KeyView;
import org.apikeys.key.Orders;
import org.apikeys.key.UserKeys;
import org.apikeys.request.PolicyDocument.Stage;
import org.apikeys.store.TestClock;
import org.apikeys.store.Told;
import org.apikeys.tenant.Directory;
import org.apikeys.tenant.PersonState;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Every step of a request and every step that must not be, without a store. */
class DecisionsTest {
  private static final long ID = 5;
  private static final Stage SECURITY = new Stage(1, List.of("admin"), null, null, false);

  private final TestClock clock = new TestClock(NOON);
  private final Kept requests = new Kept();
  private final People people = new People();
  private final Keys keys = new Keys();
  private final Issuer issuer = new Issuer();
  private final Proposals proposals = new Proposals();
  private final Submitted submitted = new Submitted();
  private final List<Notice> notices = new ArrayList<>();
  private final List<AuditEntry> recorded = new ArrayList<>();
  private final Judgements judgements = new Judged();
  private final Effects effects = new Effects(keys, proposals, people);
  private final RequestNews news = new RequestNews(Told.to(notices::add));
  private final AuditLog audit = new RecordedOnly(recorded);
  private final Approvals approvals =
      new Approvals(
          requests,
          new Approvers(people, SomeRequests.IN_PERSON),
          effects,
          judgements,
          proposals,
          news,
          audit,
          clock);
  private final RequestDesk desk =
      new RequestDesk(
          requests,
          submitted,
          proposals,
          issuer,
          new UserKeys(),
          effects,
          judgements,
          news,
          audit,
          clock);
  private final RequestSteps steps =
      new RequestSteps(requests, effects, proposals, news, audit, clock);

  /** One request with its delegations. */
  private static final class Kept extends Requests {
    private @Nullable KeyRequest request;
    private final List<Delegation> delegations = new ArrayList<>();
    private int flushed;

    @Override
    Optional<KeyRequest> byId(long id) {
      return id == ID ? Optional.ofNullable(request) : Optional.empty();
    }

    @Override
    Optional<KeyRequest> toChange(long id) {
      return byId(id);
    }

    @Override
    List<Delegation> delegationsOf(Collection<Long> ids) {
      return List.copyOf(delegations);
    }

    @Override
    void add(Delegation delegation) {
      delegations.add(delegation);
    }

    @Override
    void flush() {
      flushed++;
    }
  }

  /** A directory in memory. */
  private static final class People extends Directory {
    private final Map<String, PersonState> known = new HashMap<>();

    void put(String name, boolean active, String role) {
      known.put(name, new PersonState(1, name, 1, List.of(role), List.of(), null, active));
    }

    @Override
    public Optional<PersonState> stateOf(String username) {
      return Optional.ofNullable(known.get(username.toLowerCase(Locale.ROOT)));
    }
  }

  private static KeyView view(long id, KeyConfiguration configuration) {
    return new KeyView(
        id,
        "key-" + id,
        "shop",
        1,
        configuration,
        true,
        "active",
        1,
        true,
        null,
        null,
        "dora",
        NOON,
        NOON,
        null,
        null,
        0,
        0,
        0);
  }

  /** What was done to keys. */
  private static final class Keys extends KeyKeeper {
    private final List<String> done = new ArrayList<>();

    @Override
    public KeyView changeApproved(
        Caller caller, long id, KeyProposals.Change change, Action action, Approval approval) {
      done.add(action.word() + " " + id + " by " + approval.approvedBy());
      return view(id, change.after());
    }

    @Override
    public void agreeAfterwards(
        Caller caller, long id, KeyConfiguration agreed, Approval approval) {
      done.add("agreed " + id + " by " + approval.approvedBy());
    }

    @Override
    public void revokeUnlessEnded(long id, String reason) {
      done.add("revoked " + id + ": " + reason);
    }
  }

  /** Makes key 77. */
  private static final class Issuer extends KeyIssuer {
    @Override
    public IssuedKey issueApproved(
        Caller requester, KeyConfiguration order, Approval approval, @Nullable Secret chosen) {
      return new IssuedKey(view(77, order), new Secret("shop_live_0123456789"), null);
    }
  }

  /** What was asked for. */
  private static final class Submitted extends Submissions {
    private final List<Asked> asked = new ArrayList<>();

    @Override
    RequestView ofNew(Caller caller, KeyConfiguration wanted, Asked what) {
      return shown(what, SomeRequests.request(what.kind(), null, wanted, MANAGERS));
    }

    @Override
    RequestView ofChange(Caller caller, KeyProposals.Change change, Asked what) {
      return shown(what, SomeRequests.request(what.kind(), change, change.after(), MANAGERS));
    }

    private RequestView shown(Asked what, KeyRequest request) {
      asked.add(what);
      return RequestView.of(request, List.of(), NOON);
    }
  }

  /** Everything comes to what it came to. */
  private static final class Judged extends Judgements {
    @Override
    List<String> scopesOf(long organizationId, KeyConfiguration wanted) {
      return List.of("agents:read");
    }

    @Override
    boolean renew(KeyRequest request, Instant now) {
      return false;
    }

    @Override
    void requireNoMore(KeyRequest request) {}
  }

  /** Any order narrows, and everything may be wanted. */
  private static final class Proposals extends KeyProposals {
    private KeyProposals.Change wanted = change();

    @Override
    public void requireStillPossible(long organization, KeyConfiguration order) {}

    @Override
    public KeyConfiguration ofNew(Caller caller, KeyConfiguration order) {
      return order;
    }

    @Override
    public KeyProposals.Change ofChange(
        Caller caller, long keyId, Wanted change, @Nullable Expected expected) {
      return wanted;
    }

    @Override
    public KeyConfiguration narrowed(
        long organization, KeyConfiguration wanted, KeyConfiguration order) {
      return order;
    }
  }

  private KeyRequest waiting(RequestKind kind, Stage... stages) {
    KeyRequest request =
        kind.isForNewKey()
            ? SomeRequests.request(kind, null, Orders.aKey("shop"), stages)
            : SomeRequests.request(kind, change(), change().after(), stages);
    requests.request = request;
    people.put("max", true, "manager");
    people.put("mona", true, "manager");
    return request;
  }

  private KeyRequest waiting(Stage... stages) {
    return waiting(RequestKind.NEW_KEY, stages);
  }

  private RequestView approve(Caller caller, @Nullable String digest) {
    return approvals.approve(caller, ID, new Approvals.Decision(" fine ", digest, null), null);
  }

  private RequestView narrow(Caller caller, KeyRequest request, String name, String rest) {
    return approvals.approve(
        caller,
        ID,
        new Approvals.Decision(
            null,
            request.digest(),
            wanted -> Orders.from("{\"name\": \"" + name + "\"" + rest + "}")),
        null);
  }

  private List<String> events() {
    return notices.stream().map(Notice::event).toList();
  }

  private AuditEntry lastRecord() {
    return recorded.get(recorded.size() - 1);
  }

  @Test
  void aDecisionNamesTheDigestThatItIsAbout() {
    KeyRequest request = waiting(MANAGERS);
    invalid("digest", () -> approve(MAX, null));
    invalid("digest", () -> approve(MAX, " "));
    refused(ProblemType.CONFLICT, () -> approve(MAX, "0".repeat(64)));
    refused(
        ProblemType.PRECONDITION_FAILED,
        () ->
            approvals.approve(
                MAX, ID, new Approvals.Decision(null, request.digest(), null), Expected.of(4)));
    assertThat(recorded).isEmpty();
    assertThat(approve(MAX, request.digest()).status()).isEqualTo("approved");
  }

  @Test
  void theLastApprovalOfANewKeyLetsItBeClaimed() {
    KeyRequest request = waiting(MANAGERS);
    RequestView done = approve(MAX, request.digest());

    assertThat(done.status()).isEqualTo("approved");
    assertThat(done.decidedBy()).isEqualTo("max");
    assertThat(done.expiresAt()).isEqualTo(NOON.plus(Duration.ofDays(5)));
    assertThat(done.approvals())
        .containsExactly(
            new Agreement("max", NOON, "fine", null, List.of(), 0, request.digest(), true));
    assertThat(events()).containsExactly("request.approved");
    assertThat(notices.get(0).people()).containsExactly("Dora");
    assertThat(notices.get(0).facts()).containsEntry("actor", "max").containsEntry("risk", "42");
    assertThat(lastRecord().action()).isEqualTo(Action.REQUEST_APPROVED);
    assertThat(lastRecord().reason()).isEqualTo(" fine ");
    assertThat(lastRecord().changes())
        .containsEntry("status", List.of("pending", "approved"))
        .containsEntry("digest", Arrays.asList(null, request.digest()));
    assertThat(requests.flushed).isEqualTo(1);
    assertThat(keys.done).isEmpty();
    refused(ProblemType.CONFLICT, () -> approve(MONA, request.digest()));
  }

  @Test
  void theNextStageIsToldWhenOneIsDone() {
    KeyRequest request = waiting(new Stage(2, List.of("manager"), null, null, false), SECURITY);
    assertThat(approve(MAX, request.digest()).status()).isEqualTo("pending");
    assertThat(events()).as("the same stage").isEmpty();
    refused(ProblemType.CONFLICT, () -> approve(MAX, request.digest()));
    assertThat(approve(MONA, request.digest()).status()).isEqualTo("pending");
    assertThat(events()).containsExactly("request.submitted");
    assertThat(notices.get(0).roles()).containsExactly("admin");
    assertThat(notices.get(0).except()).isEqualTo("Dora");
    refused(ProblemType.FORBIDDEN, () -> approve(MAX, request.digest()));
    assertThat(approve(Orders.admin(), request.digest()).status()).isEqualTo("approved");
  }

  @Test
  void nobodyCountsTwiceThroughSomebodyElse() {
    KeyRequest request = waiting(new Stage(2, null, List.of("max", "eve"), null, false));
    people.put("eve", true, "manager");
    requests.delegations.add(new Delegation(ID, "max", "mona", NOON.plusSeconds(60), NOON));
    approve(MAX, request.digest());
    refused(ProblemType.CONFLICT, () -> approve(MONA, request.digest()));
    assertThat(request.approved(0)).isEqualTo(1);
    approve(Orders.person(8, "eve", 1, "manager"), request.digest());
    assertThat(request.statusAt(NOON)).isEqualTo(RequestStatus.APPROVED);
  }

  @Test
  void anApprovalOfWhoLostTheRightIsVoidedBeforeTheNext() {
    KeyRequest request = waiting(new Stage(2, List.of("manager"), null, null, false));
    approve(MAX, request.digest());
    people.put("max", true, "developer");
    assertThat(approve(MONA, request.digest()).status()).isEqualTo("pending");
    assertThat(request.agreements()).extracting(Agreement::counts).containsExactly(false, true);
  }

  @Test
  void whoNarrowsApprovesWhatIsLeftAndAllOthersAnew() {
    KeyRequest request = waiting(MANAGERS, new Stage(1, List.of("manager"), null, null, false));
    approve(MAX, request.digest());
    String before = request.digest();
    RequestView narrowed = narrow(MONA, request, "shop", ", \"rate_limit\": 3");

    assertThat(narrowed.digest()).isNotEqualTo(before);
    assertThat(narrowed.wanted().rateLimit()).isEqualTo(3);
    assertThat(narrowed.approvals()).extracting(Agreement::counts).containsExactly(false, true);
    assertThat(narrowed.approvals().get(1).stage()).as("the stages begin again").isZero();
    assertThat(narrowed.approvals().get(1).digest()).isEqualTo(narrowed.digest());
    assertThat(narrowed.overrides().get(0).by()).isEqualTo("mona");
    assertThat(narrowed.overrides().get(0).changes()).containsOnlyKeys("rate_limit");
    assertThat(events())
        .containsExactly(
            "request.submitted", "request.narrowed", "request.lapsed", "request.submitted");
    assertThat(lastRecord().changes()).containsKeys("overrides", "digest");
    assertThat(approve(MAX, request.digest()).status()).isEqualTo("approved");
  }

  @Test
  void onlyFieldsThatAllowSomethingAreNarrowed() {
    KeyRequest request = waiting(MANAGERS);
    invalid("overrides.name", () -> narrow(MAX, request, "other", ""));
    assertThat(request.overrides()).isEmpty();
    RequestView same = narrow(MAX, request, "shop", "");
    assertThat(same.status()).as("nothing was taken away").isEqualTo("approved");
    assertThat(same.overrides()).isEmpty();
    assertThat(lastRecord().changes()).doesNotContainKey("overrides");
  }

  @Test
  void aRefusalReachesTheRequesterWithItsReason() {
    waiting(MANAGERS);
    RequestView done = approvals.reject(MAX, ID, "not now", null);
    assertThat(done.status()).isEqualTo("rejected");
    assertThat(done.reason()).isEqualTo("not now");
    assertThat(done.decidedBy()).isEqualTo("max");
    assertThat(events()).containsExactly("request.rejected");
    assertThat(notices.get(0).facts()).containsEntry("reason", "not now");
    assertThat(lastRecord().action()).isEqualTo(Action.REQUEST_REJECTED);
    assertThat(lastRecord().reason()).isEqualTo("not now");
    assertThat(lastRecord().changes()).containsEntry("status", List.of("pending", "rejected"));
    refused(ProblemType.CONFLICT, () -> approvals.reject(MAX, ID, "again", null));
    assertThat(recorded).hasSize(1);
  }

  @Test
  void whoMayNotDecideDoesNotRefuseEither() {
    waiting(SECURITY);
    refused(ProblemType.FORBIDDEN, () -> approvals.reject(MAX, ID, "no", null));
  }

  @Test
  void toWhoMayNotApproveTheRequestsOfOthersAreNotThere() {
    KeyRequest request = waiting(MANAGERS);
    Caller ann = Orders.person(9, "ann", 1, "developer");
    refused(ProblemType.FORBIDDEN, () -> approve(ann, request.digest()));
    refused(ProblemType.SELF_APPROVAL, () -> approve(DORA, request.digest()));
    refused(
        ProblemType.FORBIDDEN,
        () -> approve(Orders.person(2, "dora", 2, "developer"), request.digest()));
    refused(
        ProblemType.NOT_FOUND,
        () -> approve(Orders.person(9, "ann", 2, "manager"), request.digest()));
    refused(
        ProblemType.SELF_APPROVAL,
        () -> approve(Orders.person(2, "dora", 1, "manager"), request.digest()));
  }

  private RequestView delegate(Caller caller, String to, Instant until) {
    return approvals.delegate(caller, ID, to, until, null);
  }

  @Test
  void aRightOfOnesOwnIsHandedOnForAtMostAYear() {
    waiting(MANAGERS);
    people.put("dora", true, "manager");
    Instant year = NOON.plus(Duration.ofDays(366));
    invalid("to", () -> delegate(MAX, "nobody", year));
    invalid("to", () -> delegate(MAX, "dora", year));
    invalid("to", () -> delegate(MAX, "MAX", year));
    invalid("until", () -> delegate(MAX, "mona", NOON));
    invalid("until", () -> delegate(MAX, "mona", year.plusMillis(1)));
    assertThat(requests.delegations).isEmpty();

    RequestView done = delegate(MAX, "MONA", year);
    assertThat(done.status()).isEqualTo("pending");
    assertThat(requests.delegations)
        .singleElement()
        .satisfies(
            one -> {
              assertThat(one.from()).isEqualTo("max");
              assertThat(one.to()).as("as the directory spells it").isEqualTo("mona");
              assertThat(one.until()).isEqualTo(year);
            });
    assertThat(events()).containsExactly("request.delegated");
    assertThat(notices.get(0).people()).containsExactly("mona");
    assertThat(lastRecord().action()).isEqualTo(Action.REQUEST_DELEGATED);
    assertThat(lastRecord().changes())
        .containsEntry("delegate", Arrays.asList(null, "mona"))
        .containsEntry("until", Arrays.asList(null, year.toString()));
    for (int i = 0; i < 19; i++) {
      delegate(MAX, "mona", NOON.plusSeconds(1));
    }
    refused(ProblemType.CONFLICT, () -> delegate(MAX, "mona", year));
  }

  @Test
  void aRightThatWasHandedOnIsNotHandedOnFurther() {
    waiting(new Stage(1, null, List.of("max"), null, false));
    people.put("eve", true, "manager");
    delegate(MAX, "mona", NOON.plusSeconds(60));
    refused(ProblemType.FORBIDDEN, () -> delegate(MONA, "eve", NOON.plusSeconds(60)));
  }

  @Test
  void anApprovedChangeIsMade() {
    for (Map.Entry<RequestKind, Action> one :
        Map.of(
                RequestKind.CHANGE, Action.KEY_UPDATED,
                RequestKind.LIMIT_INCREASE, Action.KEY_UPDATED,
                RequestKind.RENEWAL, Action.KEY_RENEWED,
                RequestKind.REACTIVATION, Action.KEY_REACTIVATED)
            .entrySet()) {
      keys.done.clear();
      KeyRequest request = waiting(one.getKey(), MANAGERS);
      assertThat(approve(MAX, request.digest()).status()).isEqualTo("fulfilled");
      assertThat(keys.done).containsExactly(one.getValue().word() + " 8 by [max]");
    }
    assertThat(events()).as("there is nothing to claim").containsOnly("request.fulfilled");
  }

  @Test
  void nothingIsChangedForWhoLostTheRightToAskForIt() {
    KeyRequest request = waiting(RequestKind.CHANGE, MANAGERS);
    people.put("dora", false, "developer");
    refused(ProblemType.CONFLICT, () -> approve(MAX, request.digest()));
    people.put("dora", true, "nothing");
    KeyRequest again = waiting(RequestKind.CHANGE, MANAGERS);
    refused(ProblemType.CONFLICT, () -> approve(MAX, again.digest()));
    assertThat(keys.done).isEmpty();
    people.put("dora", true, "developer");
    KeyRequest still = waiting(RequestKind.CHANGE, MANAGERS);
    assertThat(approve(MAX, still.digest()).status()).isEqualTo("fulfilled");
  }

  @Test
  void noScopeIsHandedOnThatTheRequesterHasLost() {
    KeyRequest request =
        SomeRequests.request(
            Orders.person(2, "Dora", 1, "manager"),
            RequestKind.CHANGE,
            change(),
            Orders.from("{\"name\": \"shop\", \"scopes\": [\"requests:approve\"]}"),
            MANAGERS);
    waiting(MANAGERS);
    requests.request = request;
    people.put("dora", true, "developer");
    refused(ProblemType.CONFLICT, () -> approve(MAX, request.digest()));
    assertThat(keys.done).isEmpty();
  }

  private KeyRequest emergency(boolean claimed) {
    KeyRequest request = waiting(RequestKind.EMERGENCY, MANAGERS);
    if (claimed) {
      request.claimed(77, NOON);
    }
    return request;
  }

  @Test
  void anEmergencyKeyThatNobodyApprovesEnds() {
    emergency(true);
    approvals.reject(MAX, ID, "no fire", null);
    assertThat(keys.done).containsExactly("revoked 77: rejected: no fire");
    keys.done.clear();
    emergency(false);
    approvals.reject(MAX, ID, "no fire", null);
    KeyRequest plain = waiting(MANAGERS);
    plain.claimed(77, NOON);
    approvals.reject(MAX, ID, "no", null);
    assertThat(keys.done).as("no key was made, or no emergency").isEmpty();

    assertThat(approve(MAX, emergency(true).digest()).status()).isEqualTo("fulfilled");
    assertThat(keys.done).containsExactly("agreed 77 by [max]");
    assertThat(approve(MAX, emergency(false).digest()).status()).isEqualTo("approved");
  }

  @Test
  void onlyTheRequesterClaimsAndOnce() {
    KeyRequest request = waiting(MANAGERS);
    refused(ProblemType.FORBIDDEN, () -> desk.claim(MAX, ID, null, null));
    refused(ProblemType.CONFLICT, () -> desk.claim(DORA, ID, null, null));
    approve(MAX, request.digest());
    RequestDesk.Claimed claimed = desk.claim(DORA, ID, null, null);
    assertThat(claimed.view().id()).isEqualTo(77);
    assertThat(claimed.sealed()).isNull();
    assertThat(request.keyId()).isEqualTo(77);
    assertThat(request.statusAt(NOON)).isEqualTo(RequestStatus.FULFILLED);
    assertThat(lastRecord().action()).isEqualTo(Action.KEY_CLAIMED);
    assertThat(requests.flushed).isEqualTo(2);
    refused(ProblemType.CONFLICT, () -> desk.claim(DORA, ID, null, null));
    waiting(RequestKind.CHANGE, MANAGERS);
    refused(ProblemType.CONFLICT, () -> desk.claim(DORA, ID, null, null));

    KeyRequest fire = emergency(false);
    desk.claim(DORA, ID, null, null);
    assertThat(fire.statusAt(NOON)).as("before anybody approved").isEqualTo(RequestStatus.PENDING);
    refused(ProblemType.CONFLICT, () -> desk.claim(DORA, ID, null, null));
  }

  @Test
  void theRequesterTakesItBack() {
    waiting(MANAGERS);
    refused(ProblemType.FORBIDDEN, () -> desk.cancel(MAX, ID, null));
    assertThat(desk.cancel(DORA, ID, null).status()).isEqualTo("cancelled");
    assertThat(lastRecord().action()).isEqualTo(Action.REQUEST_CANCELLED);
    assertThat(lastRecord().changes()).containsEntry("status", List.of("pending", "cancelled"));
    refused(ProblemType.CONFLICT, () -> desk.cancel(DORA, ID, null));
    emergency(true);
    desk.cancel(DORA, ID, null);
    assertThat(keys.done).containsExactly("revoked 77: the request for it was cancelled");
  }

  @Test
  void aCommentReachesTheOtherSide() {
    waiting(MANAGERS);
    assertThat(desk.comment(DORA, ID, "please").comments()).hasSize(1);
    assertThat(notices.get(0).roles()).containsExactly("manager");
    desk.comment(MAX, ID, "why?");
    assertThat(notices.get(1).people()).containsExactly("Dora");
    assertThat(notices)
        .extracting(one -> one.facts().get("actor") + ": " + one.facts().get("reason"))
        .as("what was said, and who said it")
        .containsExactly("Dora: please", "max: why?");
    assertThat(events()).containsOnly("request.commented");
    assertThat(lastRecord().action()).isEqualTo(Action.REQUEST_COMMENTED);
    for (int i = 2; i < 200; i++) {
      desk.comment(MAX, ID, "hm");
    }
    refused(ProblemType.CONFLICT, () -> desk.comment(MAX, ID, "too many"));
    refused(
        ProblemType.NOT_FOUND,
        () -> desk.comment(Orders.person(9, "ann", 1, "developer"), ID, "not hers"));
  }

  @Test
  void timeEndsARequestAndItsEmergencyKey() {
    KeyRequest request = waiting(MANAGERS);
    Instant end = NOON.plus(Duration.ofDays(7));
    steps.expire(ID, end.minusMillis(1));
    steps.expire(6, end);
    assertThat(recorded).isEmpty();
    steps.expire(ID, end);
    assertThat(request.statusAt(NOON)).isEqualTo(RequestStatus.EXPIRED);
    assertThat(events()).containsExactly("request.expired");
    assertThat(lastRecord().action()).isEqualTo(Action.REQUEST_EXPIRED);
    emergency(true);
    steps.expire(ID, end);
    assertThat(keys.done)
        .containsExactly("revoked 77: nobody approved the emergency key in its life");
  }

  @Test
  void approversAreRemindedAgainAndAgainAndOthersToldOnce() {
    KeyRequest request =
        waiting(new Stage(1, List.of("manager"), List.of("eve"), List.of("security"), false));
    steps.remind(ID);
    steps.remind(6);
    assertThat(notices).isEmpty();
    clock.forward(Duration.ofDays(1));
    steps.remind(ID);
    steps.remind(ID);
    assertThat(events()).containsExactly("request.reminder");
    assertThat(notices.get(0).roles()).isEqualTo(Set.of("manager", "group:security"));
    assertThat(notices.get(0).people()).containsExactly("eve");
    clock.forward(Duration.ofDays(1));
    steps.remind(ID);
    assertThat(notices).hasSize(2);

    steps.escalate(6);
    steps.escalate(ID);
    steps.escalate(ID);
    assertThat(request.escalatedAt()).isEqualTo(clock.instant());
    assertThat(events())
        .containsExactly("request.reminder", "request.reminder", "request.escalated");
    assertThat(notices.get(2).roles()).containsExactly("admin");
    clock.forward(Duration.ofDays(9));
    steps.remind(ID);
    KeyRequest over = waiting(MANAGERS);
    steps.escalate(ID);
    assertThat(over.escalatedAt()).isNull();
    assertThat(notices).as("what is over waits for nobody").hasSize(3);
  }

  private RequestView ask(RequestKind kind, String order) {
    return desk.askForKey(DORA, kind, Orders.from(order), "because");
  }

  private static String fire(Instant end) {
    return "{\"name\": \"fire\", \"type\": \"emergency\", \"expires_at\": \"" + end + "\"}";
  }

  @Test
  void anEmergencyKeyIsAskedForAsSuchAndLivesAnHour() {
    invalid("type", () -> ask(RequestKind.EMERGENCY, "{\"name\": \"shop\"}"));
    invalid("type", () -> ask(RequestKind.NEW_KEY, fire(NOON.plusSeconds(60))));
    invalid("expires_at", () -> ask(RequestKind.EMERGENCY, fire(NOON.plusSeconds(3_602))));
    invalid(
        "public_key",
        () -> desk.askForKey(DORA, RequestKind.NEW_KEY, Orders.aKey("shop"), "", "{}"));
    assertThat(submitted.asked).isEmpty();
    assertThat(ask(RequestKind.EMERGENCY, fire(NOON.plusSeconds(3_601))).kind())
        .isEqualTo("emergency");
    assertThat(ask(RequestKind.NEW_KEY, "{\"name\": \"shop\"}").wanted().name()).isEqualTo("shop");
    assertThat(submitted.asked)
        .containsExactly(
            new Submissions.Asked(RequestKind.EMERGENCY, "because", null),
            new Submissions.Asked(RequestKind.NEW_KEY, "because", null));
  }

  private RequestView askForChange(RequestKind kind, boolean wasActive, boolean same) {
    KeyProposals.Change wider = change();
    proposals.wanted =
        new KeyProposals.Change(
            8,
            "shop",
            wider.before(),
            same ? wider.before() : wider.after(),
            wasActive,
            true,
            List.of());
    return desk.askForChange(
        DORA, kind, 8, new KeyProposals.Wanted(key -> key, null, false), "because");
  }

  @Test
  void aChangeAsksForSomethingThatTheKeyDoesNotHave() {
    refused(ProblemType.CONFLICT, () -> askForChange(RequestKind.REACTIVATION, true, false));
    invalid("body", () -> askForChange(RequestKind.CHANGE, true, true));
    assertThat(submitted.asked).isEmpty();
    assertThat(askForChange(RequestKind.CHANGE, true, false).kind()).isEqualTo("change");
    assertThat(askForChange(RequestKind.REACTIVATION, false, true).kind())
        .isEqualTo("reactivation");
  }
}
