package org.apikeys.request;

import static org.apikeys.key.Orders.DORA;
import static org.apikeys.key.Orders.MAX;
import static org.apikeys.key.Orders.MONA;
import static org.apikeys.store.Expect.refused;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.apikeys.api.audit.Action;
import org.apikeys.api.problem.ProblemType;
import org.apikeys.api.tenant.Caller;
import org.apikeys.key.KeyConfiguration;
import org.apikeys.key.KeyHistory;
import org.apikeys.key.KeyKeeper;
import org.apikeys.key.KeyProposals;
import org.apikeys.key.KeyReader;
import org.apikeys.key.Orders;
import org.apikeys.permission.MadeSet;
import org.apikeys.permission.PermissionSetOrder;
import org.apikeys.permission.PermissionSets;
import org.apikeys.store.TestServices;
import org.apikeys.store.TestStore;
import org.junit.jupiter.api.Test;

/** What is had in the end is what was approved, and what can't be had is not approved. */
interface WhatWasApprovedContract {
  Caller ADMIN = Orders.admin();

  TestStore store();

  private TestServices services() {
    TestServices services = new TestServices(store().emptied());
    store().addStaff();
    store().addPerson(4, TestStore.DEFAULT, "mona", "manager");
    return services;
  }

  private static RequestView asked(TestServices services, RequestKind kind, String key) {
    return services.get(RequestDesk.class).askForKey(DORA, kind, Orders.from(key), "because");
  }

  private static RequestView approved(TestServices services, Caller caller, RequestView request) {
    return services
        .get(Approvals.class)
        .approve(caller, request.id(), new Approvals.Decision("ok", request.digest(), null), null);
  }

  private static RequestView read(TestServices services, RequestView request) {
    return services.get(RequestReader.class).read(MAX, request.id());
  }

  private static MadeSet readers(TestServices services) {
    return services
        .get(PermissionSets.class)
        .create(ADMIN, new PermissionSetOrder("readers", "reads", List.of("agents:read")));
  }

  private static void change(TestServices services, MadeSet set, String... scopes) {
    services
        .get(PermissionSets.class)
        .change(ADMIN, set.id(), new PermissionSetOrder("readers", "reads", List.of(scopes)), null);
  }

  @Test
  default void aSetThatGrewIsJudgedAgain() {
    TestServices services = services();
    MadeSet set = readers(services);
    RequestView seen =
        asked(
            services,
            RequestKind.NEW_KEY,
            "{\"name\": \"shop\", \"permission_sets\": [\"readers\"]}");
    assertThat(seen.effectiveScopes()).containsExactly("agents:read");
    assertThat(seen.requiredApprovals()).isEqualTo(1);
    change(services, set, "agents:read", "data:backup");

    refused(ProblemType.CONFLICT, () -> approved(services, MAX, seen));
    RequestView present = read(services, seen);
    assertThat(present.digest()).isNotEqualTo(seen.digest());
    assertThat(present.effectiveScopes()).contains("data:backup");
    assertThat(present.requiredApprovals()).isEqualTo(2);
    assertThat(present.risk().score()).isGreaterThan(seen.risk().score());
    assertThat(present.version()).as("reading writes nothing").isEqualTo(seen.version());
    assertThat(approved(services, MAX, present).status()).isEqualTo("pending");
    assertThat(approved(services, MONA, present).status()).isEqualTo("approved");
    services.get(RequestDesk.class).claim(DORA, seen.id(), null, null);
  }

  @Test
  default void anApprovalOfWhatItWasCountsNoMore() {
    TestServices services = services();
    MadeSet set = readers(services);
    RequestView seen =
        asked(
            services,
            RequestKind.NEW_KEY,
            "{\"name\": \"shop\", \"type\": \"monitoring\", \"permission_sets\": [\"readers\"]}");
    approved(services, MAX, seen);
    change(services, set, "agents:write");
    RequestView present = read(services, seen);
    assertThat(present.approvals().get(0).counts()).isFalse();

    assertThat(approved(services, MONA, present).status()).isEqualTo("pending");
    assertThat(store().column("SELECT person_key FROM notice WHERE event = 'request.lapsed'"))
        .containsExactly("max");
    assertThat(store().column("SELECT body FROM notice WHERE event = 'request.lapsed'"))
        .singleElement()
        .asString()
        .contains("it gained agents:write; it lost agents:read");
    assertThat(approved(services, MAX, present).status()).isEqualTo("approved");
    assertThat(store().number("SELECT COUNT(*) FROM notice WHERE event = 'request.lapsed'"))
        .isEqualTo(1);
  }

  @Test
  default void aClaimHandsOutNoMoreThanWasApproved() {
    TestServices services = services();
    RequestDesk desk = services.get(RequestDesk.class);
    MadeSet set = readers(services);
    RequestView request =
        asked(
            services,
            RequestKind.NEW_KEY,
            "{\"name\": \"shop\", \"permission_sets\": [\"readers\"]}");
    approved(services, MAX, request);
    change(services, set, "agents:read", "data:backup");
    refused(ProblemType.CONFLICT, () -> desk.claim(DORA, request.id(), null, null));
    change(services, set, "agents:read");
    assertThat(desk.claim(DORA, request.id(), null, null).view().generation()).isEqualTo(1);
  }

  @Test
  default void anEmergencyKeyIsNarrowedAsItsApproverSaid() {
    TestServices services = services();
    RequestView request =
        asked(
            services,
            RequestKind.EMERGENCY,
            "{\"name\": \"fire\", \"type\": \"emergency\", \"scopes\": [\"agents:read\","
                + " \"agents:write\"], \"rate_limit\": 50}");
    long key = services.get(RequestDesk.class).claim(DORA, request.id(), null, null).view().id();
    services
        .get(Approvals.class)
        .approve(
            MAX,
            request.id(),
            new Approvals.Decision(
                null,
                request.digest(),
                wanted ->
                    wanted.narrowedTo(List.of("agents:read"), List.of(), wanted.restrictions())),
            null);

    KeyReader reader = services.get(KeyReader.class);
    assertThat(reader.read(DORA, key).configuration().scopes()).containsExactly("agents:read");
    assertThat(reader.read(DORA, key).configuration().rateLimit()).isEqualTo(50);
    List<KeyHistory.Version> versions =
        services.get(KeyHistory.class).versions(DORA, key, 1, 10).items();
    assertThat(versions).hasSize(2);
    assertThat(versions.get(0).approvedBy()).containsExactly("max");
    assertThat(versions.get(0).requestId()).isEqualTo(request.id());
    assertThat(versions.get(1).approvedBy()).as("when it was claimed").isNull();
    assertThat(SomeRequests.records(services, Action.KEY_UPDATED)).isEqualTo(1);
  }

  @Test
  default void whatItsOwnerHasTakenAwayMeanwhileStaysAway() {
    TestServices services = services();
    RequestView request =
        asked(
            services,
            RequestKind.EMERGENCY,
            "{\"name\": \"fire\", \"type\": \"emergency\", \"scopes\": [\"agents:read\","
                + " \"agents:write\"]}");
    long key = services.get(RequestDesk.class).claim(DORA, request.id(), null, null).view().id();
    services
        .get(KeyKeeper.class)
        .change(
            DORA,
            key,
            before -> before.narrowedTo(List.of(), List.of(), before.restrictions()),
            null,
            null);
    approved(services, MAX, request);
    KeyConfiguration present = services.get(KeyReader.class).read(DORA, key).configuration();
    assertThat(present.scopes()).isEmpty();

    services.get(KeyKeeper.class).revoke(DORA, key, null, null);
    RequestView other =
        asked(services, RequestKind.EMERGENCY, "{\"name\": \"f2\", \"type\": \"emergency\"}");
    long ended = services.get(RequestDesk.class).claim(DORA, other.id(), null, null).view().id();
    services.get(KeyKeeper.class).revoke(DORA, ended, null, null);
    assertThat(approved(services, MAX, other).status()).isEqualTo("fulfilled");
  }

  @Test
  default void whatCanNotBeHadIsNotApproved() {
    TestServices services = services();
    Instant end = services.clock().instant().plus(Duration.ofDays(1));
    RequestView late =
        asked(
            services, RequestKind.NEW_KEY, "{\"name\": \"shop\", \"expires_at\": \"" + end + "\"}");
    RequestView of = asked(services, RequestKind.NEW_KEY, "{\"name\": \"shop\"}");
    services.clock().forward(Duration.ofDays(2));

    refused(ProblemType.CONFLICT, () -> approved(services, MAX, late));
    services.get(Approvals.class).reject(MAX, late.id(), "too late", null);
    store().execute("UPDATE person SET is_active = FALSE WHERE username = 'dora'");
    refused(ProblemType.CONFLICT, () -> approved(services, MAX, of));
    services.get(Approvals.class).reject(MAX, of.id(), "she has left", null);
  }

  private static long key(TestServices services) {
    RequestView request =
        asked(services, RequestKind.NEW_KEY, "{\"name\": \"live\", \"rate_limit\": 50}");
    approved(services, MAX, request);
    return services.get(RequestDesk.class).claim(DORA, request.id(), null, null).view().id();
  }

  private static RequestView limit(TestServices services, long key, String perMinute) {
    return services
        .get(RequestDesk.class)
        .askForChange(
            DORA,
            RequestKind.LIMIT_INCREASE,
            key,
            new KeyProposals.Wanted(
                before ->
                    Orders.from("{\"name\": \"live\", \"owner\": \"dora\", " + perMinute + "}"),
                null,
                false),
            "because");
  }

  @Test
  default void aChangeThatEventsHaveOvertakenEnds() {
    TestServices services = services();
    KeyKeeper keeper = services.get(KeyKeeper.class);
    long revoked = key(services);
    long changed = key(services);
    long same = key(services);
    List<RequestView> requests =
        List.of(revoked, changed, same).stream()
            .map(key -> limit(services, key, "\"rate_limit\": 500"))
            .toList();
    keeper.revoke(DORA, revoked, "lost", null);
    keeper.change(
        DORA,
        changed,
        before -> Orders.from("{\"name\": \"other\", \"owner\": \"dora\", \"rate_limit\": 50}"),
        null,
        null);

    services.get(RequestDeadlines.class).endOvertaken();
    services.get(RequestDeadlines.class).endOvertaken();
    RequestView first = read(services, requests.get(0));
    assertThat(first.status()).isEqualTo("cancelled");
    assertThat(first.reason()).contains("revoked");
    assertThat(first.decidedBy()).isEqualTo("system");
    assertThat(read(services, requests.get(1)).reason()).contains("changed");
    assertThat(read(services, requests.get(2)).status()).isEqualTo("pending");
    assertThat(SomeRequests.records(services, Action.REQUEST_CANCELLED)).isEqualTo(2);
    assertThat(store().number("SELECT COUNT(*) FROM notice WHERE event = 'request.overtaken'"))
        .isEqualTo(2);
  }

  @Test
  default void whatAllowsNothingMoreNeedsNobodyWhicheverWayItIsAskedFor() {
    TestServices services = services();
    long key = key(services);
    RequestDesk desk = services.get(RequestDesk.class);
    RequestView less = limit(services, key, "\"rate_limit\": 5");
    assertThat(less.status()).isEqualTo("fulfilled");
    assertThat(less.policy()).isEqualTo("narrowing");
    assertThat(services.get(KeyReader.class).read(DORA, key).configuration().rateLimit())
        .isEqualTo(5);

    services.get(KeyKeeper.class).change(DORA, key, same -> same, false, null);
    KeyProposals.Wanted on = new KeyProposals.Wanted(same -> same, true, false);
    assertThat(
            services
                .get(Policies.class)
                .preview(DORA, RequestKind.REACTIVATION, key, on)
                .automatic())
        .isTrue();
    RequestView again = desk.askForChange(DORA, RequestKind.REACTIVATION, key, on, "because");
    assertThat(again.status()).isEqualTo("fulfilled");
    assertThat(services.get(KeyReader.class).read(DORA, key).status()).isEqualTo("active");
  }
}
