package org.apikeys.request;

import static org.apikeys.key.Orders.DORA;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.apikeys.api.problem.ProblemException;
import org.apikeys.api.problem.ProblemType;
import org.apikeys.api.tenant.Caller;
import org.apikeys.key.KeyConfiguration;
import org.apikeys.key.Orders;
import org.apikeys.key.Wish;
import org.apikeys.request.PolicyDocument.Stage;
import org.apikeys.request.PolicyRules.Question;
import org.apikeys.store.ConfigText;
import org.apikeys.store.Json;
import org.apikeys.store.TestServices;
import org.apikeys.store.TestStore;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which policy speaks of a wish, who has to agree, and how much harm the wish could do. */
class PolicyRulesTest {
  private static final String FINE = "\"name\": \"fine\", \"automatic\": true";
  private static final String MANAGER = "\"approvals\": 1, \"roles\": [\"manager\"]";

  /** A key of which there is nothing to say. */
  private static final String HARMLESS =
      "{\"name\": \"k\", \"environment\": \"development\", \"rate_limits\": {\"requests\": {\"per_minute\": 10}},"
          + " \"expires_at\": \"2026-03-02T12:00:00Z\","
          + " \"restrictions\": {\"ip\": {\"allow\": [\"203.0.113.0/24\"]}}}";

  private final TestServices services = new TestServices(TestStore.derby().emptied());
  private final PolicyRules rules = services.get(PolicyRules.class);

  private static KeyConfiguration harmless(String fields) {
    ObjectNode key = Json.read(HARMLESS, ObjectNode.class);
    key.setAll(Json.read(fields, ObjectNode.class));
    return Orders.from(key.toString());
  }

  private Ruling judged(String policies, Caller requester, RequestKind kind, String key) {
    try {
      return rules
          .judged(
              PolicyText.parse("{" + policies + "}"), new Question(requester, kind, harmless(key)))
          .orElseThrow(
              () -> new ProblemException(ProblemType.FORBIDDEN, "No policy speaks of it."));
    } catch (ConfigText.Mistake e) {
      throw new IllegalArgumentException(e.place() + ": " + e.reason(), e);
    }
  }

  private Ruling judged(String policies) {
    return judged(policies, DORA, RequestKind.NEW_KEY, "{}");
  }

  /** Whether the condition holds for a wish. */
  private boolean speaks(String when, Caller requester, RequestKind kind, String key) {
    String policies =
        "\"policies\": [{\"name\": \"spoken\", \"automatic\": true, \"when\": {%s}}, {%s}]";
    return judged(policies.formatted(when, FINE), requester, kind, key).policy().equals("spoken");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "``|{}|{\"type\": \"backup\"}",
        "\"types\": [\"backup\", \"monitoring\"]|{\"type\": \"monitoring\"}|{}",
        "\"environments\": [\"staging\"]|{\"environment\": \"staging\"}|{}",
        "\"scopes\": [\"users:*\"]|{\"scopes\": [\"users:read\"]}|{\"scopes\": [\"data:read\"]}",
        "\"scope_risks\": [\"high\"]|{\"scopes\": [\"users:roles\"]}|{\"scopes\": [\"users:write\"]}",
        "\"scope_risks\": [\"low\"]|{\"scopes\": [\"users:*\"]}|{\"scopes\": [\"users:roles\"]}",
        "\"longer_than\": \"P30D\"|{\"expires_at\": \"2026-03-31T12:00:00.001Z\"}"
            + "|{\"expires_at\": \"2026-03-31T12:00:00Z\"}",
        "\"longer_than\": \"P30D\"|{\"expires_at\": null}|{}",
        "\"more_calls_per_minute_than\": 100|{\"rate_limits\": {\"requests\": {\"per_minute\": 101}}}|{\"rate_limits\": {\"requests\": {\"per_minute\": 100}}}",
        "\"minimum_risk_score\": 20|{\"environment\": \"production\"}|{\"environment\": \"staging\"}",
        "\"types\": [\"backup\"], \"environments\": [\"staging\"]"
            + "|{\"type\": \"backup\", \"environment\": \"staging\"}|{\"type\": \"backup\"}",
      })
  void aConditionOnTheKeyHoldsOrDoesNot(String when, String held, String other) {
    assertThat(speaks(when, DORA, RequestKind.NEW_KEY, held)).as(held).isTrue();
    if (!when.isEmpty()) {
      assertThat(speaks(when, DORA, RequestKind.NEW_KEY, other)).as(other).isFalse();
    }
  }

  @Test
  void aConditionOnWhoAsksHoldsOrDoesNot() {
    Caller stranger = Orders.person(5, "stranger", 900, "manager");
    String roles = "\"requester_roles\": [\"manager\", \"admin\"]";
    assertThat(speaks(roles, stranger, RequestKind.NEW_KEY, "{}")).isTrue();
    assertThat(speaks(roles, DORA, RequestKind.NEW_KEY, "{}")).isFalse();
    String organization = "\"organizations\": [900]";
    assertThat(speaks(organization, stranger, RequestKind.NEW_KEY, "{}")).isTrue();
    assertThat(speaks(organization, DORA, RequestKind.NEW_KEY, "{}")).isFalse();
    String kinds = "\"kinds\": [\"renewal\"]";
    assertThat(speaks(kinds, DORA, RequestKind.RENEWAL, "{}")).isTrue();
    assertThat(speaks(kinds, DORA, RequestKind.NEW_KEY, "{}")).isFalse();
  }

  @Test
  void whatNoPolicySpeaksOfIsRefused() {
    assertThatThrownBy(
            () ->
                judged(
                    "\"policies\": [{\"name\": \"staging\", \"automatic\": true,"
                        + " \"when\": {\"environments\": [\"staging\"]}}]"))
        .isInstanceOfSatisfying(
            ProblemException.class, e -> assertThat(e.type()).isEqualTo(ProblemType.FORBIDDEN));
  }

  @Test
  void additionsAskForMoreUnlessThePolicyIsComplete() {
    String additions =
        "\"additions\": [{\"name\": \"held\", %s},"
            + " {\"name\": \"of-staging\", %s, \"when\": {\"environments\": [\"staging\"]}}]";
    String written = additions.formatted(MANAGER, MANAGER);

    Ruling asked = judged("\"policies\": [{%s}], %s".formatted(FINE, written));
    assertThat(asked.additions()).containsExactly("held");
    assertThat(asked.approvals()).isEqualTo(1);
    assertThat(asked.isAutomatic()).isFalse();
    assertThat(asked.title()).isEqualTo("fine + held");

    Ruling whole = judged("\"policies\": [{%s, \"complete\": true}], %s".formatted(FINE, written));
    assertThat(whole.additions()).isEmpty();
    assertThat(whole.approvals()).isZero();
    assertThat(whole.isAutomatic()).isTrue();
    assertThat(whole.title()).isEqualTo("fine");
  }

  /** The stages that a policy of one stage and an addition come to. */
  private List<Stage> stages(String stage, String addition) {
    return judged(
            "\"policies\": [{\"name\": \"p\", \"stages\": [{%s}]}], \"additions\": [{\"name\": \"a\", %s}]"
                .formatted(stage, addition))
        .stages();
  }

  @Test
  void stagesOfTheSamePeopleAreOneOfMoreApprovals() {
    assertThat(stages(MANAGER, "\"approvals\": 2, \"roles\": [\"manager\"]"))
        .containsExactly(new Stage(3, List.of("manager"), null, null, false));
    assertThat(
            stages("\"approvals\": 8, \"roles\": [\"manager\"]", twoOf("\"roles\": [\"manager\"]")))
        .as("ten approvals are the most of one stage")
        .extracting(Stage::approvals)
        .containsExactly(10);
    assertThat(
            stages("\"approvals\": 9, \"roles\": [\"manager\"]", twoOf("\"roles\": [\"manager\"]")))
        .extracting(Stage::approvals)
        .containsExactly(9, 2);
    for (String others :
        List.of(
            "\"roles\": [\"admin\"]",
            "\"roles\": [\"manager\"], \"people\": [\"max\", \"mona\"]",
            "\"roles\": [\"manager\"], \"groups\": [\"security\"]")) {
      assertThat(stages(MANAGER, twoOf(others))).as(others).hasSize(2);
    }
  }

  private static String twoOf(String people) {
    return "\"approvals\": 2, " + people;
  }

  @Test
  void severalAreDecidedAtOnceOnlyWhereEveryStageSaysSo() {
    String atOnce = MANAGER + ", \"several_at_once\": true";
    assertThat(stages(atOnce, atOnce)).extracting(Stage::severalAtOnce).containsExactly(true);
    assertThat(stages(atOnce, MANAGER)).extracting(Stage::severalAtOnce).containsExactly(false);
    assertThat(stages(MANAGER, atOnce)).extracting(Stage::severalAtOnce).containsExactly(false);
  }

  @Test
  void aPolicySaysHowLongARequestWaits() {
    Ruling standard = judged("\"policies\": [{" + FINE + "}]");
    assertThat(List.of(standard.lives(), standard.claimWithin())).containsOnly(Duration.ofDays(7));
    assertThat(standard.remindAfter()).isEqualTo(Duration.ofDays(1));
    assertThat(standard.escalateAfter()).isEqualTo(Duration.ofDays(3));
    assertThat(standard.escalateTo()).isEqualTo("admin");

    Ruling own =
        judged(
            "\"policies\": [{"
                + FINE
                + ", \"lives\": \"PT1H\", \"claim_within\": \"PT2H\", \"remind_after\": \"PT3M\","
                + " \"escalate_after\": \"PT4M\", \"escalate_to\": \"manager\"}]");
    assertThat(own.lives()).isEqualTo(Duration.ofHours(1));
    assertThat(own.claimWithin()).isEqualTo(Duration.ofHours(2));
    assertThat(own.remindAfter()).isEqualTo(Duration.ofMinutes(3));
    assertThat(own.escalateAfter()).isEqualTo(Duration.ofMinutes(4));
    assertThat(own.escalateTo()).isEqualTo("manager");
  }

  private static Wish wish(@Nullable String before, String after, String... widened) {
    return new Wish(before == null ? null : harmless(before), harmless(after), List.of(widened));
  }

  @Test
  void aWishIsOfAKind() {
    assertThat(PolicyRules.kind(wish(null, "{}"))).isEqualTo(RequestKind.NEW_KEY);
    assertThat(PolicyRules.kind(wish(null, "{\"type\": \"emergency\"}")))
        .isEqualTo(RequestKind.EMERGENCY);
    assertThat(PolicyRules.kind(wish("{}", "{}", "expires_at"))).isEqualTo(RequestKind.RENEWAL);
    assertThat(PolicyRules.kind(wish("{}", "{}", "expires_at", "rate_limits")))
        .isEqualTo(RequestKind.CHANGE);
    for (String limit : List.of("rate_limits", "resource_limits", "credits")) {
      assertThat(PolicyRules.kind(wish("{}", "{}", limit))).isEqualTo(RequestKind.LIMIT_INCREASE);
    }
    assertThat(PolicyRules.kind(wish("{}", "{}", "rate_limits", "scopes")))
        .isEqualTo(RequestKind.CHANGE);
    assertThat(PolicyRules.kind(wish("{}", "{}"))).isEqualTo(RequestKind.CHANGE);
  }

  @Test
  void aChangeIsJudgedWhenItAllowsMoreOrMovesUnderAStricterPolicy() {
    assertThat(change("{}")).isEqualTo(Ruling.NARROWING);
    assertThat(change("{}", "scopes").policy()).isEqualTo("development");
    assertThat(change("{\"environment\": \"production\"}"))
        .as("the type is the same")
        .isEqualTo(Ruling.NARROWING);
    assertThat(change("{\"type\": \"backup\"}").policy()).isEqualTo("system-types");
    assertThat(change("{\"type\": \"personal\"}"))
        .as("another type under no stricter policy")
        .isEqualTo(Ruling.NARROWING);
  }

  private Ruling change(String after, String... widened) {
    return rules.ruling(DORA, RequestKind.CHANGE, wish("{}", after, widened));
  }

  @Test
  void switchingOnIsJudgedWhereAPolicySpeaksOfIt() {
    Wish on = new Wish(harmless("{}"), harmless("{}"), List.of(), true);
    assertThat(PolicyRules.kind(on)).isEqualTo(RequestKind.REACTIVATION);
    assertThat(rules.neededFor(DORA, on)).isEmpty();
    services
        .get(Policies.class)
        .replace(
            Orders.admin(),
            Json.read(
                "{\"policies\": [{\"name\": \"on\", \"when\": {\"kinds\": [\"reactivation\"]},"
                    + " \"stages\": [{\"approvals\": 1, \"roles\": [\"manager\"]}]},"
                    + " {\"name\": \"rest\", \"automatic\": true}]}",
                JsonNode.class),
            null);
    assertThat(rules.neededFor(DORA, on)).contains("The policy on asks for 1 approval.");
    assertThat(rules.neededFor(DORA, wish("{}", "{}"))).isEmpty();
  }

  @Test
  void tellsWhyAWishNeedsApproval() {
    Wish production = wish(null, "{\"environment\": \"production\"}");
    assertThat(rules.neededFor(DORA, production))
        .contains("The policy production-and-staging asks for 1 approval.");
    assertThat(rules.neededFor(DORA, wish(null, "{\"type\": \"backup\"}")))
        .contains("The policy system-types asks for 2 approvals.");
    assertThat(rules.neededFor(DORA, wish(null, "{}"))).isEmpty();
    assertThat(rules.neededFor(DORA, wish("{}", "{}"))).isEmpty();
    assertThat(rules.neededFor(Caller.systemIn(1), production)).isEmpty();
  }

  private Risk risk(String key) {
    return rules.risk(new Question(DORA, RequestKind.NEW_KEY, harmless(key)));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{}|0|",
        "{\"environment\": \"production\"}|20|it is for production",
        "{\"environment\": \"staging\"}|5|it is for staging",
        "{\"type\": \"backup\"}|20|backup is a system type",
        "{\"restrictions\": null}|15|it may be used from anywhere",
        "{\"restrictions\": {\"referrers\": [\"https://example.com/*\"]}}|0|",
        "{\"expires_at\": null}|15|it never expires",
        "{\"expires_at\": \"2027-03-01T12:00:00Z\"}|0|",
        "{\"expires_at\": \"2027-03-01T12:00:00.001Z\"}|10|it lives longer than a year",
        "{\"rate_limits\": {\"requests\": {\"per_minute\": 1000}}}|0|",
        "{\"rate_limits\": {\"requests\": {\"per_minute\": 1001}}}"
            + "|10|it allows more than 1000 calls a minute",
        "{\"rate_limits\": {\"requests\": {\"per_day\": 5}}}|20|it has no limit of calls a minute",
      })
  void whatOneFieldWeighs(String key, int score, @Nullable String reason) {
    Risk risk = risk(key);

    assertThat(risk.score()).isEqualTo(score);
    assertThat(risk.reasons()).isEqualTo(reason == null ? List.of() : List.of(reason));
  }

  @Test
  void weighsScopesByTheirRiskAndByWhatTheRequesterHoldsAlready() {
    assertThat(risk("{\"scopes\": [\"users:read\"]}"))
        .isEqualTo(new Risk(10, List.of("unlike what the requester's keys hold: users:read")));
    services
        .get(org.apikeys.key.KeyIssuer.class)
        .issue(DORA, harmless("{\"scopes\": [\"users:read\", \"users:write\"]}"));
    assertThat(risk("{\"scopes\": [\"users:read\"]}")).isEqualTo(new Risk(0, List.of()));
    assertThat(risk("{\"scopes\": [\"users:write\"]}"))
        .isEqualTo(new Risk(10, List.of("scopes that change things: users:write")));
    assertThat(risk("{\"scopes\": [\"users:roles\"]}"))
        .isEqualTo(
            new Risk(
                40,
                List.of(
                    "scopes of high risk: users:roles",
                    "unlike what the requester's keys hold: users:roles")));
  }

  @Test
  void namesFiveScopesAndCountsTheRest() {
    String five =
        "{\"scopes\": [\"users:read\", \"users:write\", \"users:roles\", \"users:access\","
            + " \"users:profiles\"]}";
    assertThat(risk(five).reasons())
        .contains(
            "unlike what the requester's keys hold:"
                + " users:access, users:profiles, users:read, users:roles, users:write");
    assertThat(risk("{\"scopes\": [\"users:*\"]}").reasons())
        .contains(
            "unlike what the requester's keys hold:"
                + " users:access, users:analytics, users:manage, users:profiles, users:read"
                + " and 2 more");
  }

  @Test
  void neverScoresAboveAHundredAndTellsTheWeightiestFirst() {
    Risk risk =
        risk(
            "{\"type\": \"backup\", \"environment\": \"production\", \"scopes\": [\"users:*\"],"
                + " \"restrictions\": null, \"expires_at\": null, \"rate_limits\": {\"requests\": {\"per_minute\": 5000}}}");

    assertThat(risk.score()).isEqualTo(100);
    assertThat(risk.reasons()).hasSize(8).first().asString().startsWith("scopes of high risk");
    assertThat(risk.reasons()).last().asString().isNotEqualTo("it is for production");
  }

  @Test
  void anEndIsComparedWithNow() {
    Instant later = Instant.parse("2026-03-01T12:00:00Z").plus(Duration.ofDays(400));
    assertThat(risk("{\"expires_at\": \"" + later + "\"}").score()).isEqualTo(10);
    services.clock().forward(Duration.ofDays(36));
    assertThat(risk("{\"expires_at\": \"" + later + "\"}").score()).isZero();
  }
}
