package org.apikeys.request;

import static org.apikeys.key.Orders.DORA;
import static org.apikeys.key.Orders.MAX;
import static org.apikeys.key.Orders.MONA;
import static org.apikeys.store.Expect.refused;
import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.JWEObject;
import com.nimbusds.jose.crypto.ECDHDecrypter;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.apikeys.api.audit.Action;
import org.apikeys.api.problem.ProblemException;
import org.apikeys.api.problem.ProblemType;
import org.apikeys.api.tenant.Caller;
import org.apikeys.key.KeyConfiguration;
import org.apikeys.key.KeyHistory;
import org.apikeys.key.KeyKeeper;
import org.apikeys.key.KeyProposals;
import org.apikeys.key.KeyReader;
import org.apikeys.key.KeyView;
import org.apikeys.key.Orders;
import org.apikeys.key.SecretKeeper;
import org.apikeys.store.Json;
import org.apikeys.store.TestServices;
import org.apikeys.store.TestStore;
import org.apikeys.tenant.Directory;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

/** Requests from submission to their end, and every step that must not be. */
interface RequestLifeContract {
  Caller STRANGER = Orders.person(5, "stranger", 900, "manager");

  TestStore store();

  private TestServices services() {
    TestServices services = new TestServices(store().emptied());
    store().addOrganization(900);
    store().addStaff();
    store().addPerson(4, TestStore.DEFAULT, "mona", "manager");
    store().addPerson(5, 900, "stranger", "manager");
    return services;
  }

  private static RequestView asked(TestServices services, Caller caller, String key) {
    return services
        .get(RequestDesk.class)
        .askForKey(caller, RequestKind.NEW_KEY, Orders.from(key), "because");
  }

  private static RequestView production(TestServices services) {
    return asked(services, DORA, "{\"name\": \"shop\", \"scopes\": [\"agents:read\"]}");
  }

  private static Approvals.Decision yes(RequestView request) {
    return new Approvals.Decision("fine", request.digest(), null);
  }

  private static RequestView approved(TestServices services, Caller caller, RequestView request) {
    return services.get(Approvals.class).approve(caller, request.id(), yes(request), null);
  }

  @Test
  default void isApprovedByAManagerAndClaimedOnceByItsRequester() {
    TestServices services = services();
    RequestDesk desk = services.get(RequestDesk.class);
    RequestView request = production(services);
    assertThat(request.status()).isEqualTo("pending");
    assertThat(request.requiredApprovals()).isEqualTo(1);
    refused(ProblemType.CONFLICT, () -> desk.claim(DORA, request.id(), null, null));

    assertThat(approved(services, MAX, request).status()).isEqualTo("approved");
    refused(ProblemType.FORBIDDEN, () -> desk.claim(MAX, request.id(), null, null));
    RequestDesk.Claimed key = desk.claim(DORA, request.id(), null, null);

    assertThat(key.view().configuration().owner()).isEqualTo("dora");
    refused(ProblemType.CONFLICT, () -> desk.claim(DORA, request.id(), null, null));
    RequestView end = services.get(RequestReader.class).read(DORA, request.id());
    assertThat(end.status()).isEqualTo("fulfilled");
    assertThat(end.keyId()).isEqualTo(key.view().keyId());
    KeyHistory history = services.get(KeyHistory.class);
    assertThat(history.versions(DORA, key.view().id(), 1, 10).items().get(0))
        .satisfies(
            version -> {
              assertThat(version.approvedBy()).containsExactly("max");
              assertThat(version.requestId()).isEqualTo(request.id());
            });
    KeyKeeper keeper = services.get(KeyKeeper.class);
    SecretKeeper secrets = services.get(SecretKeeper.class);
    keeper.change(DORA, key.view().id(), present -> present, false, null);
    secrets.rotate(DORA, key.view().id(), null, null);
    assertThat(history.versions(DORA, key.view().id(), 1, 10).items())
        .as("what was approved stays so while nothing is added")
        .hasSize(3)
        .allSatisfy(version -> assertThat(version.requestId()).isEqualTo(request.id()));
  }

  @Test
  default void nobodyDecidesAboutTheirOwnRequest() {
    TestServices services = services();
    Approvals approvals = services.get(Approvals.class);
    RequestView request = asked(services, MAX, "{\"name\": \"own\"}");
    Caller keyOfMax = Orders.key(99, "max", "manager", "requests:approve", "requests:read");

    RequestView ofDora = production(services);
    refused(
        ProblemType.SELF_APPROVAL, () -> approvals.approve(DORA, ofDora.id(), yes(ofDora), null));
    // a developer is told nothing of others' requests, not even whether they are there
    refused(ProblemType.FORBIDDEN, () -> approvals.approve(DORA, request.id(), yes(request), null));
    refused(ProblemType.FORBIDDEN, () -> approvals.approve(DORA, 999_999, yes(request), null));

    for (Caller self : List.of(MAX, keyOfMax)) {
      refused(
          ProblemType.SELF_APPROVAL,
          () -> approvals.approve(self, request.id(), yes(request), null));
      refused(ProblemType.SELF_APPROVAL, () -> approvals.reject(self, request.id(), "no", null));
      refused(
          ProblemType.SELF_APPROVAL,
          () ->
              approvals.delegate(
                  self, request.id(), "mona", services.clock().instant().plusSeconds(60), null));
    }
    refused(
        ProblemType.VALIDATION_FAILED,
        () ->
            approvals.delegate(
                MONA, request.id(), "max", services.clock().instant().plusSeconds(60), null));
  }

  @Test
  default void aSystemTypeTakesTwoPeopleAndOnePersonCountsOnce() {
    TestServices services = services();
    Approvals approvals = services.get(Approvals.class);
    RequestView request =
        asked(services, DORA, "{\"name\": \"monitor\", \"type\": \"monitoring\"}");
    assertThat(request.requiredApprovals()).isEqualTo(2);

    assertThat(approved(services, MAX, request).status()).isEqualTo("pending");
    refused(ProblemType.CONFLICT, () -> approvals.approve(MAX, request.id(), yes(request), null));
    assertThat(approved(services, MONA, request).status()).isEqualTo("approved");
  }

  @Test
  default void anApprovalOfSomebodyWhoLostTheRoleCountsNoMore() {
    TestServices services = services();
    RequestView request =
        asked(services, DORA, "{\"name\": \"monitor\", \"type\": \"monitoring\"}");
    approved(services, MAX, request);
    store().execute("UPDATE person SET roles = 'developer' WHERE username = 'max'");

    assertThat(approved(services, MONA, request).status()).isEqualTo("pending");
    refused(
        ProblemType.FORBIDDEN,
        () -> services.get(Approvals.class).approve(MAX, request.id(), yes(request), null));
    assertThat(approved(services, Orders.admin(), request).status()).isEqualTo("approved");
  }

  @Test
  default void highRiskScopesTakeOneMore() {
    TestServices services = services();
    assertThat(asked(services, DORA, "{\"name\": \"roles\", \"scopes\": [\"users:roles\"]}"))
        .satisfies(
            request -> {
              assertThat(request.requiredApprovals()).isEqualTo(2);
              assertThat(request.risk().score()).isGreaterThan(40);
              assertThat(request.risk().reasons()).anyMatch(one -> one.contains("users:roles"));
            });
    RequestView development =
        asked(services, DORA, "{\"name\": \"dev\", \"environment\": \"development\"}");
    assertThat(development.status()).isEqualTo("approved");
    assertThat(development.requiredApprovals()).isZero();
  }

  @Test
  default void approversDecideAboutWhatTheySaw() {
    TestServices services = services();
    Approvals approvals = services.get(Approvals.class);
    RequestView request =
        asked(
            services,
            DORA,
            "{\"name\": \"m\", \"type\": \"monitoring\", \"scopes\": [\"agents:read\","
                + " \"agents:write\"], \"rate_limit\": 100}");
    refused(
        ProblemType.VALIDATION_FAILED,
        () -> approvals.approve(MAX, request.id(), new Approvals.Decision(null, null, null), null));
    approved(services, MAX, request);

    RequestView narrowed =
        approvals.approve(
            MONA,
            request.id(),
            new Approvals.Decision(
                null, request.digest(), wanted -> with(wanted, "scopes", List.of("agents:read"))),
            null);

    assertThat(narrowed.digest()).isNotEqualTo(request.digest());
    assertThat(narrowed.wanted().scopes()).containsExactly("agents:read");
    assertThat(narrowed.status())
        .as("the first approval was of something else")
        .isEqualTo("pending");
    assertThat(narrowed.overrides()).hasSize(1);
    assertThat(store().column("SELECT person_key FROM notice WHERE event = 'request.lapsed'"))
        .containsExactly("max");
    assertThat(store().column("SELECT body FROM notice WHERE event = 'request.lapsed'"))
        .containsExactly(
            "It is not what you approved any more: mona has narrowed it (scopes)."
                + " Look at it, and approve it anew if it is still right.");
    refused(ProblemType.CONFLICT, () -> approvals.approve(MAX, request.id(), yes(request), null));
    assertThat(approved(services, MAX, narrowed).status()).isEqualTo("approved");
    RequestDesk.Claimed key = services.get(RequestDesk.class).claim(DORA, request.id(), null, null);
    assertThat(key.view().configuration().scopes()).containsExactly("agents:read");
  }

  private static KeyConfiguration with(KeyConfiguration key, String field, Object value) {
    var json = (com.fasterxml.jackson.databind.node.ObjectNode) Json.MAPPER.valueToTree(key);
    if (field.equals("rate_limit")) {
      json.remove("rate_limits");
    }
    json.set(field, Json.MAPPER.valueToTree(value));
    return Orders.from(json.toString());
  }

  @Test
  default void overridesOnlyNarrow() {
    TestServices services = services();
    RequestView request = production(services);
    for (Map.Entry<String, Object> wider :
        Map.<String, Object>of(
                "scopes",
                List.of("agents:read", "agents:write"),
                "rate_limit",
                5000,
                "name",
                "another",
                "environment",
                "staging")
            .entrySet()) {
      refused(
          ProblemType.VALIDATION_FAILED,
          () ->
              services
                  .get(Approvals.class)
                  .approve(
                      MAX,
                      request.id(),
                      new Approvals.Decision(
                          null,
                          request.digest(),
                          wanted -> with(wanted, wider.getKey(), wider.getValue())),
                      null));
    }
    assertThat(services.get(RequestReader.class).read(MAX, request.id()).digest())
        .isEqualTo(request.digest());
  }

  @Test
  default void aDecidedRequestIsDecided() {
    TestServices services = services();
    Approvals approvals = services.get(Approvals.class);
    RequestDesk desk = services.get(RequestDesk.class);
    RequestView rejected = production(services);
    assertThat(approvals.reject(MAX, rejected.id(), "not now", null))
        .satisfies(
            request -> {
              assertThat(request.status()).isEqualTo("rejected");
              assertThat(request.reason()).isEqualTo("not now");
            });
    RequestView cancelled = production(services);
    assertThat(desk.cancel(DORA, cancelled.id(), null).status()).isEqualTo("cancelled");

    for (RequestView request : List.of(rejected, cancelled)) {
      refused(ProblemType.CONFLICT, () -> approved(services, MAX, request));
      refused(ProblemType.CONFLICT, () -> approvals.reject(MAX, request.id(), "again", null));
      refused(ProblemType.CONFLICT, () -> desk.cancel(DORA, request.id(), null));
      refused(ProblemType.CONFLICT, () -> desk.claim(DORA, request.id(), null, null));
    }
  }

  @Test
  default void whatIsForgottenExpires() {
    TestServices services = services();
    RequestView waiting = production(services);
    RequestView unclaimed = production(services);
    services.clock().forward(Duration.ofDays(6));
    approved(services, MAX, unclaimed);
    services.clock().forward(Duration.ofDays(2));

    refused(ProblemType.CONFLICT, () -> approved(services, MAX, waiting));
    assertThat(services.get(RequestReader.class).read(DORA, waiting.id()).status())
        .isEqualTo("expired");
    services.get(RequestDeadlines.class).run();
    services.clock().forward(Duration.ofDays(6));
    refused(
        ProblemType.CONFLICT,
        () -> services.get(RequestDesk.class).claim(DORA, unclaimed.id(), null, null));
    services.get(RequestDeadlines.class).run();
    services.get(RequestDeadlines.class).run();

    assertThat(SomeRequests.records(services, Action.REQUEST_EXPIRED)).isEqualTo(2);
    RequestFilter expired = new RequestFilter(RequestStatus.EXPIRED, null, null, false, false);
    assertThat(services.get(RequestReader.class).list(DORA, expired, 1, 10).total()).isEqualTo(2);
  }

  @Test
  default void aDelegateDecidesUntilTheEnd() {
    TestServices services = services();
    Approvals approvals = services.get(Approvals.class);
    // a policy that names one person: others need a delegation
    services
        .get(Policies.class)
        .replace(
            Orders.admin(),
            Json.read(
                "{\"policies\": [{\"name\": \"only-max\", \"stages\": [{\"approvals\": 1,"
                    + " \"people\": [\"max\"]}]}]}",
                com.fasterxml.jackson.databind.JsonNode.class),
            null);
    RequestView request = production(services);
    refused(ProblemType.FORBIDDEN, () -> approved(services, MONA, request));
    refused(
        ProblemType.FORBIDDEN,
        () ->
            approvals.delegate(
                MONA, request.id(), "admin", services.clock().instant().plusSeconds(60), null));
    refused(
        ProblemType.VALIDATION_FAILED,
        () ->
            approvals.delegate(
                MAX, request.id(), "dora", services.clock().instant().plusSeconds(60), null));
    RequestFilter awaiting = new RequestFilter(null, null, null, false, true);
    RequestReader reader = services.get(RequestReader.class);
    assertThat(reader.list(MONA, awaiting, 1, 10).total()).isZero();

    approvals.delegate(MAX, request.id(), "mona", services.clock().instant().plusSeconds(60), null);
    assertThat(reader.list(MONA, awaiting, 1, 10).total()).isEqualTo(1);
    services.clock().forward(Duration.ofSeconds(61));
    assertThat(reader.list(MONA, awaiting, 1, 10).total()).isZero();
    refused(ProblemType.FORBIDDEN, () -> approved(services, MONA, request));
    approvals.delegate(MAX, request.id(), "mona", services.clock().instant().plusSeconds(60), null);

    assertThat(approved(services, MONA, request))
        .satisfies(
            done -> {
              assertThat(done.status()).isEqualTo("approved");
              assertThat(done.approvals().get(0).onBehalfOf()).isEqualTo("max");
            });
  }

  @Test
  default void wideningALiveKeyIsARequestAndNarrowingIsNot() {
    TestServices services = services();
    KeyOrders orders = services.get(KeyOrders.class);
    RequestView asked =
        asked(services, DORA, "{\"name\": \"live\", \"rate_limit\": 50, \"scopes\": []}");
    approved(services, MAX, asked);
    long key = services.get(RequestDesk.class).claim(DORA, asked.id(), null, null).view().id();

    assertThat(orders.change(DORA, key, limit(20), null)).isInstanceOf(KeyOrders.Changed.class);
    KeyOrders.Outcome outcome = orders.change(DORA, key, limit(500), null);

    assertThat(outcome).isInstanceOf(KeyOrders.Asking.class);
    RequestView change = ((KeyOrders.Asking) outcome).request();
    assertThat(change.kind()).isEqualTo("limit_increase");
    assertThat(change.changes()).containsKey("rate_limit");
    assertThat(limitOf(services, key)).isEqualTo(20);
    assertThat(approved(services, MONA, change).status()).isEqualTo("fulfilled");
    assertThat(limitOf(services, key)).isEqualTo(500);
  }

  private static KeyProposals.Wanted limit(long perMinute) {
    return new KeyProposals.Wanted(key -> with(key, "rate_limit", perMinute), null, false);
  }

  private static @org.jspecify.annotations.Nullable Long limitOf(TestServices services, long key) {
    KeyView view = services.get(KeyReader.class).read(DORA, key);
    return view.configuration().rateLimit();
  }

  @Test
  default void aChangeOfAKeyThatChangedSinceIsNotMade() {
    TestServices services = services();
    KeyOrders orders = services.get(KeyOrders.class);
    RequestView asked = asked(services, DORA, "{\"name\": \"live\", \"rate_limit\": 50}");
    approved(services, MAX, asked);
    long key = services.get(RequestDesk.class).claim(DORA, asked.id(), null, null).view().id();
    RequestView change = ((KeyOrders.Asking) orders.change(DORA, key, limit(500), null)).request();
    orders.change(DORA, key, limit(5), null);

    refused(ProblemType.CONFLICT, () -> approved(services, MAX, change));
    assertThat(limitOf(services, key)).isEqualTo(5);
  }

  @Test
  default void anEmergencyKeyWorksAtOnceAndEndsUnlessApproved() {
    TestServices services = services();
    RequestDesk desk = services.get(RequestDesk.class);
    List<RequestView> emergencies = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      emergencies.add(
          desk.askForKey(
              DORA,
              RequestKind.EMERGENCY,
              Orders.from("{\"name\": \"fire " + i + "\", \"type\": \"emergency\"}"),
              "fire"));
    }
    List<Long> keys =
        emergencies.stream()
            .map(one -> desk.claim(DORA, one.id(), null, null).view().id())
            .toList();
    refused(ProblemType.CONFLICT, () -> desk.claim(DORA, emergencies.get(0).id(), null, null));

    services.get(Approvals.class).reject(MAX, emergencies.get(0).id(), "no fire", null);
    assertThat(approved(services, MAX, emergencies.get(1)).status()).isEqualTo("fulfilled");
    assertThat(status(services, keys.get(0))).isEqualTo("revoked");
    assertThat(status(services, keys.get(2))).isEqualTo("active");
    services.clock().forward(Duration.ofMinutes(61));
    services.get(RequestDeadlines.class).run();

    assertThat(status(services, keys.get(1))).isEqualTo("expired");
    assertThat(status(services, keys.get(2))).isEqualTo("revoked");
  }

  private static String status(TestServices services, long key) {
    return services.get(KeyReader.class).read(DORA, key).status();
  }

  @Test
  default void anotherOrganizationsRequestDoesNotExist() {
    TestServices services = services();
    RequestView request = production(services);

    for (ThrowingCallable call :
        List.<ThrowingCallable>of(
            () -> services.get(RequestReader.class).read(STRANGER, request.id()),
            () -> approved(services, STRANGER, request),
            () -> services.get(Approvals.class).reject(STRANGER, request.id(), "no", null),
            () -> services.get(RequestDesk.class).cancel(STRANGER, request.id(), null),
            () -> services.get(RequestDesk.class).comment(STRANGER, request.id(), "hm"),
            () -> services.get(RequestDesk.class).claim(STRANGER, request.id(), null, null))) {
      refused(ProblemType.NOT_FOUND, call);
    }
    assertThat(services.get(RequestReader.class).list(STRANGER, RequestFilter.ALL, 1, 10).total())
        .isZero();
  }

  @Test
  default void fiftyDecisionsAtOnceMakeOneOutcome() throws Exception {
    TestServices services = services();
    for (int i = 0; i < 50; i++) {
      store().addPerson(100 + i, TestStore.DEFAULT, "m" + i, "manager");
    }
    RequestView request = production(services);
    Approvals approvals = services.get(Approvals.class);
    List<Callable<Boolean>> decisions = new ArrayList<>();
    for (int i = 0; i < 50; i++) {
      Caller manager = Orders.person(100 + i, "m" + i, 1, "manager");
      boolean yes = i % 2 == 0;
      decisions.add(
          () -> {
            try {
              if (yes) {
                approvals.approve(manager, request.id(), yes(request), null);
              } else {
                approvals.reject(manager, request.id(), "no", null);
              }
              return true;
            } catch (ProblemException e) {
              assertThat(e.type()).isEqualTo(ProblemType.CONFLICT);
              return false;
            }
          });
    }
    ExecutorService threads = Executors.newFixedThreadPool(10);
    int made = 0;
    try {
      for (Future<Boolean> one : threads.invokeAll(decisions)) {
        made += one.get() ? 1 : 0;
      }
    } finally {
      threads.shutdown();
    }

    assertThat(made).isEqualTo(1);
    assertThat(
            SomeRequests.records(services, Action.REQUEST_APPROVED)
                + SomeRequests.records(services, Action.REQUEST_REJECTED))
        .isEqualTo(1);
    assertThat(services.get(RequestReader.class).read(DORA, request.id()).status())
        .isIn("approved", "rejected");
  }

  @Test
  default void aKeyIsSealedToThePublicKeyThatTheRequesterGave() throws Exception {
    TestServices services = services();
    RequestDesk desk = services.get(RequestDesk.class);
    ECKey own = new ECKeyGenerator(Curve.P_256).keyID("mine").generate();
    KeyConfiguration wanted = Orders.from("{\"name\": \"sealed\"}");
    for (String wrong :
        List.of("{}", "nonsense", own.toJSONString(), "{\"kty\":\"oct\",\"k\":\"AA\"}")) {
      refused(
          ProblemType.VALIDATION_FAILED,
          () -> desk.askForKey(DORA, RequestKind.NEW_KEY, wanted, "because", wrong));
    }
    RequestView request =
        desk.askForKey(
            DORA, RequestKind.NEW_KEY, wanted, "because", own.toPublicJWK().toJSONString());
    approved(services, MAX, request);

    RequestDesk.Claimed claimed = desk.claim(DORA, request.id(), null, null);

    JWEObject sealed = JWEObject.parse(claimed.sealed());
    sealed.decrypt(new ECDHDecrypter(own));
    assertThat(sealed.getPayload()).hasToString(claimed.key().secret().reveal());
  }

  @Test
  default void aStageOfANamedGroupTakesItsMembersAsTheyAreAtTheDecision() {
    TestServices services = services();
    services
        .get(Policies.class)
        .replace(
            Orders.admin(),
            Json.MAPPER.valueToTree(
                Map.of(
                    "policies",
                    List.of(
                        Map.of(
                            "name",
                            "secured",
                            "stages",
                            List.of(Map.of("approvals", 2, "groups", List.of("security"))))))),
            null);
    Directory directory = services.get(Directory.class);
    join(directory, 3, List.of("security", "audit"));
    join(directory, 2, List.of("security"));
    RequestView request = asked(services, MONA, "{\"name\": \"shop\"}");

    // a member who may not approve at all does not by being a member
    refused(
        ProblemType.FORBIDDEN,
        () -> services.get(Approvals.class).approve(DORA, request.id(), yes(request), null));
    refused(ProblemType.FORBIDDEN, () -> approved(services, Orders.admin(), request));
    assertThat(awaiting(services, MAX)).containsExactly(request.id());
    assertThat(awaiting(services, Orders.admin())).isEmpty();
    assertThat(approved(services, MAX, request).status()).isEqualTo("pending");

    join(directory, 1, List.of("security"));
    join(directory, 3, List.of());
    // the first approval is one of nobody in the group any more
    assertThat(approved(services, Orders.admin(), request).status()).isEqualTo("pending");
    refused(ProblemType.FORBIDDEN, () -> approved(services, MAX, request));
    join(directory, 3, List.of("security"));
    assertThat(approved(services, MAX, request).status()).isEqualTo("approved");
  }

  private static void join(Directory directory, long id, List<String> groups) {
    directory.change(
        Orders.admin(), id, new Directory.Change(null, null, groups, null, null, null));
  }

  private static List<Long> awaiting(TestServices services, Caller caller) {
    return services
        .get(RequestReader.class)
        .list(caller, new RequestFilter(null, null, null, false, true), 1, 10)
        .items()
        .stream()
        .map(RequestView::id)
        .toList();
  }
}
