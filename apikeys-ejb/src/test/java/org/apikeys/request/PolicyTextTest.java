package org.apikeys.request;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apikeys.setting.Settings;
import org.apikeys.store.ConfigText;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class PolicyTextTest {

  @Test
  void readsThoseThatComeWithTheSystem() {
    PolicyDocument document =
        new BuiltInPolicies(new Settings(name -> Optional.empty())).document();

    assertThat(document.policies()).extracting(PolicyDocument.Policy::name).contains("development");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{}|policies|at least one",
        "{\"policies\": []}|policies|at least one",
        "''|policies|object",
        "null|policies|object",
        "[]|policies|object",
        "{\"policies\": [], \"policies\": []}|line 1|Duplicate",
        "{\"policies\": [{\"name\": \"a\", \"automatic\": true}]} {}|line 1|railing",
        "{\"policies\": [{\"name\": \"a\"}]}|policies[0]|automatic",
        "{\"policies\": [{\"name\": \"A!\", \"automatic\": true}]}|policies[0]|name",
        "{\"policies\": [{\"name\": \"a\", \"automatic\": true, \"hue\": 1}]}|policies[0].hue|field",
        "{\"policies\": [{\"name\": \"a\", \"automatic\": \"true\"}]}|policies[0].automatic|kind",
        "{\"policies\": [{\"name\": \"a\", \"automatic\": true}, {\"name\": \"a\","
            + " \"automatic\": true}]}|policies|twice",
        "{\"policies\": [{\"name\": \"a\", \"stages\": [{\"approvals\": 0, \"roles\":"
            + " [\"manager\"]}]}]}|policies[0].stages[0]|1 to 10",
        "{\"policies\": [{\"name\": \"a\", \"stages\": [{\"approvals\": 1, \"roles\":"
            + " [\"developer\"]}]}]}|policies[0].stages[0]|may approve",
        "{\"policies\": [{\"name\": \"a\", \"stages\": [{\"approvals\": 2, \"people\":"
            + " [\"max\"]}]}]}|policies[0].stages[0]|fewer",
        "{\"policies\": [{\"name\": \"a\", \"automatic\": true, \"lives\":"
            + " \"a week\"}]}|policies[0].lives|duration",
        "{\"policies\": [{\"name\": \"a\", \"automatic\": true, \"when\": {\"environments\":"
            + " [\"moon\"]}}]}|policies[0].when|environments",
      })
  void tellsThePlaceAndTheReasonOfAMistake(String text, String place, String reason) {
    assertThatThrownBy(() -> PolicyText.parse(text))
        .isInstanceOfSatisfying(
            ConfigText.Mistake.class,
            e -> {
              assertThat(e.place()).startsWith(place);
              assertThat(e.reason()).contains(reason);
            });
  }

  /** A document of one policy with these fields. */
  private static String one(String fields) {
    return "{\"policies\": [{\"name\": \"a\", \"automatic\": true" + fields + "}]}";
  }

  private static String staged(String stage) {
    return "{\"policies\": [{\"name\": \"a\", \"stages\": [" + stage + "]}]}";
  }

  private static String many(int number, String item) {
    return IntStream.range(0, number)
        .mapToObj(i -> item.replace("#", String.valueOf(i)))
        .collect(Collectors.joining(", "));
  }

  /** A document just within a bound, the same just beyond it, and what is said then. */
  static Stream<Arguments> bounds() {
    String policy = "{\"name\": \"p#\", \"automatic\": true}";
    String addition = "{\"name\": \"a#\", \"approvals\": 1, \"roles\": [\"admin\"]}";
    String manager = "{\"approvals\": %d, \"roles\": [\"manager\"]}";
    String named = "{\"policies\": [{\"name\": \"%s\", \"automatic\": true}]}";
    String people = "{\"approvals\": 2, \"people\": [%s]}";
    String only = "{\"approvals\": 1, \"people\": [%s]}";
    String beside =
        "{\"policies\": [{\"name\": \"a\", \"stages\": [{\"approvals\": 1, \"people\": [\"%s\"]}]}],"
            + " \"additions\": [{\"name\": \"b\", \"approvals\": 1, \"people\": [\"%s\"]}]}";
    String added = one("").replace("]}", "], \"additions\": [%s]}");
    return Stream.of(
        arguments(
            "{\"policies\": [" + many(100, policy) + "]}",
            "{\"policies\": [" + many(101, policy) + "]}",
            "policies has at most 100"),
        arguments(
            added.formatted(many(100, addition)),
            added.formatted(many(101, addition)),
            "additions has at most 100"),
        arguments(
            added.formatted(addition.replace("#", "1")),
            added.formatted(addition.replace("a#", "a")),
            "named twice"),
        arguments(named.formatted("a".repeat(100)), named.formatted("a".repeat(101)), "name is 1"),
        arguments(
            one(", \"description\": \"" + "a".repeat(500) + "\""),
            one(", \"description\": \"" + "a".repeat(501) + "\""),
            "description has at most 500"),
        arguments(
            staged(many(10, manager.formatted(1))),
            staged(many(11, manager.formatted(1))),
            "stages has at most 10"),
        arguments(staged(manager.formatted(10)), staged(manager.formatted(11)), "1 to 10"),
        arguments(staged(manager.formatted(1)), staged("{\"approvals\": 1}"), "names roles"),
        arguments(
            staged(people.formatted("\"max\", \"mona\"")),
            staged(people.formatted("\"max\"")),
            "fewer entries"),
        arguments(
            staged(people.formatted("\"m1\", \"m2\"")),
            staged(people.formatted("\"m1\", \"M1\"")),
            "people names M1 twice"),
        arguments(
            staged(only.formatted("\"m1\", \"m2\"") + ", " + only.formatted("\"m2\"")),
            staged(only.formatted("\"m1\"") + ", " + only.formatted("\"M1\"")),
            "stages name too few people"),
        arguments(
            beside.formatted("m1", "m2"),
            beside.formatted("m1", "m1"),
            "additions that always hold name too few people"),
        arguments(
            one(", \"when\": {\"requester_roles\": [\"developer\"]}"),
            one(", \"when\": {\"requester_roles\": [\"developr\"]}"),
            "requester_roles are of"),
        arguments(
            staged(people.formatted(many(25, "\"p#\""))),
            staged(people.formatted(many(26, "\"p#\""))),
            "people has at most 25"),
        arguments(
            staged(people.formatted("\"max\", \"" + "m".repeat(64) + "\"")),
            staged(people.formatted("\"max\", \"" + "m".repeat(65) + "\"")),
            "people holds user names"),
        arguments(
            staged(people.replace("people", "groups").formatted(many(25, "\"g#\""))),
            staged(people.replace("people", "groups").formatted(many(26, "\"g#\""))),
            "groups has at most 25"),
        arguments(
            staged(people.replace("people", "groups").formatted("\"security\"")),
            staged(people.replace("people", "groups").formatted("\"Security\"")),
            "groups holds names"),
        arguments(one(", \"lives\": \"P366D\""), one(", \"lives\": \"P366DT0.001S\""), "lives is"),
        arguments(
            one(", \"claim_within\": \"PT0.001S\""),
            one(", \"claim_within\": \"PT0S\""),
            "claim_within is"),
        arguments(
            one(", \"remind_after\": \"PT1S\""),
            one(", \"remind_after\": \"-PT1S\""),
            "remind_after is"),
        arguments(
            one(", \"escalate_after\": \"PT1S\", \"escalate_to\": \"manager\""),
            one(", \"escalate_after\": \"PT1S\", \"escalate_to\": \"developer\""),
            "escalate_to is a role"),
        arguments(
            one(", \"escalate_after\": \"PT1S\""),
            one(", \"escalate_after\": \"PT0S\""),
            "escalate_after is"),
        arguments(
            one(", \"when\": {\"kinds\": [\"new_key\", \"emergency\"]}"),
            one(", \"when\": {\"kinds\": [\"new_key\", \"old_key\"]}"),
            "kinds are of"),
        arguments(
            one(", \"when\": {\"scope_risks\": [\"low\", \"high\"]}"),
            one(", \"when\": {\"scope_risks\": [\"low\", \"none\"]}"),
            "scope_risks are of"),
        arguments(
            one(", \"when\": {\"minimum_risk_score\": 0}"),
            one(", \"when\": {\"minimum_risk_score\": -1}"),
            "minimum_risk_score is 0 to 100"),
        arguments(
            one(", \"when\": {\"minimum_risk_score\": 100}"),
            one(", \"when\": {\"minimum_risk_score\": 101}"),
            "minimum_risk_score is 0 to 100"),
        arguments(
            one(", \"when\": {\"more_calls_per_minute_than\": 0}"),
            one(", \"when\": {\"more_calls_per_minute_than\": -1}"),
            "more_calls_per_minute_than is"),
        arguments(
            one(", \"when\": {\"longer_than\": \"PT1S\"}"),
            one(", \"when\": {\"longer_than\": \"PT0S\"}"),
            "longer_than is"),
        arguments(
            one(", \"when\": {\"scopes\": [" + many(100, "\"s:r#\"") + "]}"),
            one(", \"when\": {\"scopes\": [" + many(101, "\"s:r#\"") + "]}"),
            "scopes has at most 100"),
        arguments(
            one(", \"when\": {\"scopes\": [\"users:*\"]}"),
            one(", \"when\": {\"scopes\": [\"Users:*\"]}"),
            "lower-case segments"));
  }

  @ParameterizedTest
  @MethodSource("bounds")
  void takesWhatIsWithinABoundAndTellsWhatIsBeyond(String within, String beyond, String reason)
      throws Exception {
    assertThat(PolicyText.parse(within).policies()).isNotEmpty();
    assertThatThrownBy(() -> PolicyText.parse(beyond))
        .isInstanceOfSatisfying(
            ConfigText.Mistake.class, e -> assertThat(e.reason()).contains(reason));
  }

  @Test
  void aWrongFileStopsTheStart(@TempDir Path folder) throws Exception {
    Path file = Files.writeString(folder.resolve("policies.json"), "{\"policies\": [\n{]}");

    assertThatThrownBy(
            () ->
                new BuiltInPolicies(
                    new Settings(
                        name ->
                            Optional.ofNullable(
                                Map.of("apikeys.policies", file.toString()).get(name)))))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("line 2");
  }
}
