package org.apikeys.request;

import static org.apikeys.key.Orders.DORA;
import static org.apikeys.store.Expect.refused;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.apikeys.api.audit.Action;
import org.apikeys.api.problem.ProblemType;
import org.apikeys.api.tenant.Caller;
import org.apikeys.audit.AuditReader;
import org.apikeys.audit.EventFilter;
import org.apikeys.check.Expected;
import org.apikeys.key.KeyIssuer;
import org.apikeys.key.KeyProposals;
import org.apikeys.key.Orders;
import org.apikeys.store.Json;
import org.apikeys.store.TestServices;
import org.apikeys.store.TestStore;
import org.junit.jupiter.api.Test;

/** Policies as administrators read, change and try them. */
interface PoliciesContract {
  Caller STRANGER = Orders.person(9, "stranger", 900, "admin");
  JsonNode TWO =
      json("{'policies': [{'name': 'two', 'stages': [{'approvals': 2, 'roles': ['manager']}]}]}");

  TestStore store();

  private static JsonNode json(String text) {
    return Json.read(text.replace('\'', '"'), JsonNode.class);
  }

  private TestServices services() {
    TestServices services = new TestServices(store().emptied());
    store().addOrganization(900);
    store().addPerson(1, TestStore.DEFAULT, "admin", "admin");
    store().addPerson(2, TestStore.DEFAULT, "dora", "developer");
    return services;
  }

  @Test
  default void thoseThatComeWithTheSystemCountUntilAnOrganizationSetsItsOwn() {
    TestServices services = services();
    Policies policies = services.get(Policies.class);
    Policies.View builtIn = policies.read(Orders.admin());
    assertThat(builtIn.version()).isZero();
    assertThat(builtIn.changedBy()).isNull();
    assertThat(builtIn.document().policies()).extracting("name").contains("development");
    assertThat(builtIn.limits()).isEqualTo(policies.read(STRANGER).limits());

    Instant now = services.clock().instant();
    Policies.View own = policies.replace(Orders.admin(), TWO, Expected.of(0));
    assertThat(own.document().policies()).extracting("name").containsExactly("two");
    assertThat(own.changedBy()).isEqualTo("admin");
    assertThat(own.changedAt()).isEqualTo(now);
    assertThat(policies.read(Orders.admin())).isEqualTo(own);
    assertThat(policies.read(STRANGER).document()).isEqualTo(builtIn.document());
  }

  @Test
  default void whoKnowsAnOlderVersionReplacesNothing() {
    TestServices services = services();
    Policies policies = services.get(Policies.class);
    Policies.View first = policies.replace(Orders.admin(), TWO, null);
    refused(
        ProblemType.PRECONDITION_FAILED,
        () -> policies.replace(Orders.admin(), TWO, Expected.of(0)));
    Policies.View second =
        policies.replace(
            Orders.admin(),
            json("{'policies': [{'name': 'none', 'automatic': true}]}"),
            Expected.of(first.version()));
    assertThat(second.version()).isGreaterThan(first.version());
    refused(
        ProblemType.PRECONDITION_FAILED,
        () -> policies.replace(Orders.admin(), TWO, Expected.of(first.version())));
    assertThat(policies.read(Orders.admin()).document()).isEqualTo(second.document());
    assertThat(SomeRequests.records(services, Action.POLICY_CREATED)).isEqualTo(1);
    assertThat(SomeRequests.records(services, Action.POLICY_UPDATED)).isEqualTo(1);
    JsonNode changes =
        services
            .get(AuditReader.class)
            .list(
                Orders.admin(),
                new EventFilter(
                    null, null, null, Set.of(Action.POLICY_UPDATED.word()), null, null, null, null),
                50)
            .events()
            .get(0)
            .path("changes")
            .path("policies");
    assertThat(changes.path(0).toString()).contains("\"two\"").doesNotContain("\"none\"");
    assertThat(changes.path(1).toString()).contains("\"none\"").doesNotContain("\"two\"");
  }

  @Test
  default void aMistakeIsNamedAndNothingChanges() {
    TestServices services = services();
    Policies policies = services.get(Policies.class);
    JsonNode wrong = json("{'policies': [{'name': 'x', 'automatic': 'perhaps'}]}");
    refused(ProblemType.VALIDATION_FAILED, () -> policies.check(wrong));
    refused(ProblemType.VALIDATION_FAILED, () -> policies.replace(Orders.admin(), wrong, null));
    assertThat(policies.check(TWO).policies()).extracting("name").containsExactly("two");
    assertThat(policies.read(Orders.admin()).version()).isZero();
  }

  @Test
  default void whatSpeaksOfNothingThatThereIsIsTold() {
    TestServices services = services();
    store().addPerson(3, TestStore.DEFAULT, "max", "manager");
    store().addPerson(9, 900, "stranger", "admin");
    Policies policies = services.get(Policies.class);
    assertThat(policies.read(Orders.admin()).warnings()).isEmpty();
    JsonNode mistyped =
        json(
            "{'policies': [{'name': 'machines', 'when': {'types': ['automation', 'automaton'],"
                + " 'scopes': ['keys:read', 'keys:*', 'agents:raed'], 'organizations': [900]},"
                + " 'stages': [{'approvals': 1, 'people': ['MAX', 'dora', 'stranger', 'nobody']},"
                + " {'approvals': 1, 'groups': ['security']}]},"
                + " {'name': 'rest', 'stages': [{'approvals': 1, 'roles': ['manager']}]}],"
                + " 'additions': [{'name': 'more', 'when': {'types': ['service', 'servcie']},"
                + " 'approvals': 1, 'groups': ['security'], 'roles': ['admin']}]}");
    List<String> told =
        List.of(
            "policies[0].when.types: there is no key type automaton",
            "policies[0].when.scopes: no scope is covered by agents:raed",
            "policies[0].when.organizations: this organization is none of them",
            "policies[0].stages[0].people: dora can't approve in this organization now",
            "policies[0].stages[0].people: stranger can't approve in this organization now",
            "policies[0].stages[0].people: nobody is not in the directory, which is right only for"
                + " somebody who signs in with another issuer",
            "policies[0].stages[1].groups: nobody in the group security can approve now",
            "additions[0].when.types: there is no key type servcie",
            "additions[0].groups: nobody in the group security can approve now");
    assertThat(policies.replace(Orders.admin(), mistyped, null).warnings()).isEqualTo(told);
    assertThat(policies.read(Orders.admin()).warnings()).isEqualTo(told);
    assertThat(policies.replace(Orders.admin(), TWO, null).warnings()).isEmpty();
  }

  @Test
  default void triesEveryKindAndSaysWhenNothingMatches() {
    TestServices services = services();
    Policies policies = services.get(Policies.class);
    JsonNode renewals =
        json(
            "{'policies': [{'name': 'longer', 'when': {'kinds': ['renewal']}, 'automatic': true}]}");
    Policies.DryRun renewal =
        policies.dryRun(
            Orders.admin(),
            List.of("developer"),
            renewals,
            RequestKind.RENEWAL,
            Orders.aKey("shop"));
    assertThat(renewal.kind()).isEqualTo("renewal");
    assertThat(renewal.policy()).isEqualTo("longer");
    assertThat(renewal.refused()).isFalse();

    Policies.DryRun unspokenOf =
        policies.dryRun(Orders.admin(), List.of("developer"), renewals, null, Orders.aKey("shop"));
    assertThat(unspokenOf.kind()).isEqualTo("new_key");
    assertThat(unspokenOf.refused()).isTrue();
    assertThat(unspokenOf.policy()).isNull();
    assertThat(unspokenOf.automatic()).isFalse();
    refused(
        ProblemType.VALIDATION_FAILED,
        () ->
            policies.dryRun(
                Orders.admin(),
                List.of("developer"),
                null,
                RequestKind.EMERGENCY,
                Orders.aKey("shop")));
  }

  @Test
  default void whatTheSamePersonWouldHaveToGiveTwiceIsNoFailureOfTheServer() {
    TestServices services = services();
    JsonNode twice =
        json(
            "{'policies': [{'name': 'a', 'stages': [{'approvals': 1, 'people': ['max']}]}],"
                + " 'additions': [{'name': 'b', 'when': {'environments': ['production']},"
                + " 'approvals': 1, 'people': ['max']}]}");
    Policies.DryRun run =
        services
            .get(Policies.class)
            .dryRun(Orders.admin(), List.of("developer"), twice, null, Orders.aKey("shop"));
    assertThat(run.requiredApprovals()).isEqualTo(2);
  }

  @Test
  default void saysBeforehandWhatARequestWouldTake() {
    TestServices services = services();
    Policies policies = services.get(Policies.class);
    Policies.DryRun production =
        policies.dryRun(Orders.admin(), List.of("developer"), null, null, Orders.aKey("shop"));
    assertThat(production.kind()).isEqualTo("new_key");
    assertThat(production.automatic()).isFalse();
    assertThat(production.requiredApprovals()).isEqualTo(1);
    assertThat(production.policy()).isEqualTo("production-and-staging");
    assertThat(production.stages()).hasSize(1);
    assertThat(production.lives()).isEqualTo("PT168H");
    assertThat(production.wanted().owner()).isEqualTo("admin");

    Policies.DryRun ofAdmin =
        policies.dryRun(Orders.admin(), List.of("admin"), null, null, Orders.aKey("shop"));
    assertThat(ofAdmin.automatic()).as("by the roles of who asks").isTrue();
    assertThat(policies.dryRun(Orders.admin(), List.of("developer"), TWO, null, Orders.aKey("x")))
        .satisfies(
            proposed -> {
              assertThat(proposed.policy()).isEqualTo("two");
              assertThat(proposed.requiredApprovals()).isEqualTo(2);
            });
    assertThat(policies.read(Orders.admin()).version()).as("only tried").isZero();
    assertThat(
            policies.preview(
                DORA, Orders.from("{\"name\": \"d\", \"environment\": \"development\"}")))
        .satisfies(
            own -> {
              assertThat(own.automatic()).isTrue();
              assertThat(own.wanted().owner()).isEqualTo("dora");
            });
    assertThat(
            policies
                .preview(DORA, Orders.from("{\"name\": \"e\", \"type\": \"emergency\"}"))
                .kind())
        .isEqualTo("emergency");
  }

  @Test
  default void saysBeforehandWhatAChangeWouldTake() {
    TestServices services = services();
    Policies policies = services.get(Policies.class);
    long key =
        services
            .get(KeyIssuer.class)
            .issue(
                Orders.admin(),
                Orders.from("{\"name\": \"live\", \"owner\": \"dora\", \"rate_limit\": 50}"))
            .view()
            .id();
    assertThat(preview(policies, key, 500))
        .satisfies(
            wider -> {
              assertThat(wider.kind()).isEqualTo("limit_increase");
              assertThat(wider.automatic()).isFalse();
              assertThat(wider.wanted().rateLimit()).isEqualTo(500);
            });
    assertThat(preview(policies, key, 5))
        .satisfies(
            narrower -> {
              assertThat(narrower.automatic()).isTrue();
              assertThat(narrower.requiredApprovals()).isZero();
              assertThat(narrower.policy()).isEqualTo("narrowing");
              assertThat(narrower.stages()).isEmpty();
              assertThat(narrower.wanted().rateLimit()).isEqualTo(5);
            });
    assertThat(services.get(KeyOrders.class).change(DORA, key, limit(5), null))
        .as("and so it is")
        .isInstanceOf(KeyOrders.Changed.class);
  }

  private static Policies.DryRun preview(Policies policies, long key, long perMinute) {
    return policies.preview(DORA, RequestKind.LIMIT_INCREASE, key, limit(perMinute));
  }

  private static KeyProposals.Wanted limit(long perMinute) {
    return new KeyProposals.Wanted(
        key -> {
          ObjectNode json = Json.MAPPER.valueToTree(key);
          json.remove("rate_limits");
          return Orders.from(json.put("rate_limit", perMinute).toString());
        },
        null,
        false);
  }
}
