package org.apikeys.key;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.apikeys.api.problem.FieldError;
import org.apikeys.api.problem.ProblemException;
import org.apikeys.limit.RateLimits;
import org.apikeys.store.TestServices;
import org.apikeys.store.TestStore;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LimitRulesTest {
  private static final String RULES =
      """
      {'limits': [
        {'name': 'trial', 'organizations': [7], 'types': ['personal'],
         'rate_limits': {'requests': {'per_minute': 3}},
         'most': {'requests': {'per_minute': 5, 'per_day': 50}, 'concurrent': 2}},
        {'name': 'personal', 'types': ['personal'],
         'rate_limits': {'requests': {'per_hour': 40}}},
        {'name': 'seven', 'organizations': [7], 'most': {'requests': {'per_minute': 20}}},
        {'name': 'asked', 'types': ['service'], 'most': {'requests': {'per_day': 100}},
         'approvals': 2, 'roles': ['manager']},
        {'name': 'others', 'rate_limits': {'requests': {'per_day': 900}}}
      ]}
      """;

  private static String json(String text) {
    return text.replace('\'', '"');
  }

  private static TestServices with(String rules) throws IOException {
    Path file = TestStore.newFolder().resolve("limits.json");
    Files.writeString(file, json(rules));
    return new TestServices(
        TestStore.derby().emptied(), Map.of("apikeys.limits.rules", file.toString()));
  }

  private static KeyConfiguration order(String fields) {
    return Orders.from(json("{'name': 'k'" + fields + "}"));
  }

  private static RateLimits limits(KeyRules rules, long organization, String fields) {
    return rules.complete(organization, order(fields)).limits();
  }

  private static void refused(Runnable call, String... fields) {
    assertThatThrownBy(call::run)
        .isInstanceOfSatisfying(
            ProblemException.class,
            e -> assertThat(e.errors()).extracting(FieldError::field).containsExactly(fields));
  }

  @Test
  void whoNamesNoLimitGetsTheDefaultOfTypeAndOrganization() throws IOException {
    KeyRules rules = with(RULES).get(KeyRules.class);

    assertThat(limits(rules, 7, ", 'type': 'personal'").requests())
        .isEqualTo(new RateLimits.Requests(null, 3L, null, 50L));
    assertThat(limits(rules, 8, ", 'type': 'personal'").windows().hour()).isEqualTo(40);
    assertThat(limits(rules, 8, ", 'type': 'automation'").windows().day()).isEqualTo(900);
    assertThat(limits(rules, 8, ", 'type': 'automation', 'rate_limit': 5000"))
        .as("given limits replace the defaults whole")
        .isEqualTo(RateLimits.perMinute(5000));
    assertThat(limits(rules, 8, ", 'type': 'service'").windows().day())
        .as("a default is no more than its bound")
        .isEqualTo(100);
  }

  @Test
  void moreThanABoundIsRefusedWithItsField() throws IOException {
    KeyRules rules = with(RULES).get(KeyRules.class);

    refused(() -> limits(rules, 7, ", 'type': 'personal', 'rate_limit': 6"), "rate_limit");
    refused(
        () ->
            limits(
                rules,
                7,
                ", 'type': 'personal', 'rate_limits': {'requests': {'per_minute': 6, 'per_day':"
                    + " 51}, 'concurrent': 3, 'burst': {'max_burst': 6}}"),
        "rate_limits.requests.per_minute",
        "rate_limits.requests.per_day",
        "rate_limits.burst.max_burst",
        "rate_limits.concurrent");
    refused(() -> limits(rules, 7, ", 'type': 'personal', 'unlimited': true"), "unlimited");
    RateLimits given =
        limits(rules, 7, ", 'type': 'personal', 'rate_limits': {'requests': {'per_hour': 9}}");
    assertThat(given.requests()).isEqualTo(new RateLimits.Requests(null, 5L, 9L, 50L));
    assertThat(given.concurrent()).as("what is left open is the bound").isEqualTo(2);
  }

  @Test
  void whatAKeyHasStaysAndIsNotRaised() throws IOException {
    KeyRules before = new TestServices(TestStore.derby().emptied()).get(KeyRules.class);
    KeyRules after = with(RULES).get(KeyRules.class);
    KeyConfiguration old = before.complete(7, order(", 'type': 'personal', 'rate_limit': 60"));
    LifeRules.Begun made = new LifeRules.Begun(Instant.parse("2026-03-01T12:00:00Z"), false);

    assertThat(after.changed(7, old, Orders.with(old, Map.of("name", "renamed")), made).limits())
        .isEqualTo(old.limits());
    assertThat(after.changed(7, old, Orders.withLimit(old, 59L), made).rateLimit()).isEqualTo(59);
    refused(() -> after.changed(7, old, Orders.withLimit(old, 61L), made), "rate_limit");
    refused(
        () ->
            after.changed(
                7,
                before.complete(7, order("")),
                order(", 'type': 'personal', 'rate_limit': 6"),
                made),
        "rate_limit");
  }

  @Test
  void aBoundThatMayBePassedWithApprovalsRefusesNothingHere() throws IOException {
    TestServices services = with(RULES);
    LimitRules limits = services.get(LimitRules.class);
    KeyConfiguration within = services.get(KeyRules.class).complete(8, order(", 'rate_limit': 5"));
    KeyConfiguration beyond =
        services
            .get(KeyRules.class)
            .complete(8, order(", 'rate_limits': {'requests': {'per_day': 101}}"));

    assertThat(within.limits().windows().day()).isEqualTo(100);
    assertThat(limits.approvedBeyond(within, 8)).isEmpty();
    assertThat(limits.approvedBeyond(beyond, 8))
        .hasValueSatisfying(
            rule -> {
              assertThat(rule.name()).isEqualTo("asked");
              assertThat(rule.approvals()).isEqualTo(2);
              assertThat(rule.roles()).containsExactly("manager");
            });
  }

  @Test
  void anOrganizationSeesWhatIsAboutItsKeys() throws IOException {
    LimitRules limits = with(RULES).get(LimitRules.class);

    assertThat(limits.of(8))
        .extracting(LimitRule::name)
        .containsExactly("personal", "asked", "others");
    assertThat(limits.of(7)).hasSize(5);
    LimitRule named =
        with("{'limits': [{'name': 'a', 'organizations': [7, 9], 'most': {'concurrent': 1}}]}")
            .get(LimitRules.class)
            .of(7)
            .get(0);
    assertThat(named.organizations()).as("nobody learns of the others").isEqualTo(List.of(7L));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{'limits': [@{]} | line 2",
        "{} | limits: limits is a list",
        "{'limits': [{'name': 'A!'}]} | limits[0]: name is",
        "{'limits': [{'name': 'a'}]} | limits[0]: a rule has rate_limits, most or both",
        "{'limits': [{'name': 'a', 'most': {'concurrent': 1}, 'hue': 1}]} | limits[0].hue: is not a field",
        "{'limits': [{'name': 'a', 'most': {'concurrent': '5'}}]} | limits[0].most.concurrent: is of",
        "{'limits': [{'name': 'a', 'most': {'concurrent': 0}}]} | limits[0].most.concurrent: is 1 to",
        "{'limits': [{'name': 'a', 'most': {}}]} | limits[0]: most limits something",
        "{'limits': [{'name': 'a', 'most': {'unlimited': true}}]} | limits[0]: no rule says",
        "{'limits': [{'name': 'a', 'most': {'concurrent': 1}, 'approvals': 0}]} | limits[0]: approvals",
        "{'limits': [{'name': 'a', 'rate_limits': {'concurrent': 1}, 'approvals': 1}]} | limits[0]: approvals",
        "{'limits': [{'name': 'a', 'most': {'concurrent': 1}, 'approvals': 1, 'roles': ['auditor']}]} | limits[0]: roles",
        "{'limits': [{'name': 'a', 'types': ['Odd!'], 'most': {'concurrent': 1}}]} | limits[0]: types are",
        "{'limits': [{'name': 'a', 'most': {'concurrent': 1}, 'rate_limits': {'concurrent': 2}}]} | limits[0]: the default is more than most: rate_limits.concurrent",
        "{'limits': [{'name': 'a', 'most': {'concurrent': 1}}, {'name': 'a', 'most': {'concurrent': 1}}]} | limits: a is named twice",
      })
  void aWrongFileIsToldWithPlaceAndReason(String rules, String told) throws IOException {
    TestServices services = with(rules.replace('@', '\n'));
    assertThatThrownBy(() -> services.get(LimitRules.class))
        .hasStackTraceContaining("The file of apikeys.limits.rules is wrong at " + told);
  }
}
