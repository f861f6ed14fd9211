package org.apikeys.request;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.apikeys.setting.Settings;
import org.apikeys.store.ConfigText;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

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
