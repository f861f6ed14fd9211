package org.apikeys.api.permission;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ScopeTest {

  @ParameterizedTest
  @CsvSource({
    "agents:read, agents:read",
    "read, read",
    "agents:*, agents:read",
    "agents:*, agents:read:own",
    "agents:*, agents:*",
    "*:read, agents:read",
    "agents:*:own, agents:read:own",
    "*, read",
    "*, agents:read:own",
  })
  void coversWhatItNames(String grant, String scope) {
    assertThat(Scope.parse(grant).covers(Scope.parse(scope))).isTrue();
  }

  @ParameterizedTest
  @CsvSource({
    "agents:read, agents:write",
    "agents:read, agents",
    "agents, agents:read",
    "agents:*, agents",
    "agents:*, agentsx:read",
    "*:read, read",
    "*:read, agents:x:read",
    "*:read, agents:write",
    "agents:*:own, agents:own",
    "agents:*:own, agents:a:b:own",
    "agents:read, agents:*",
    "agents:read, *",
    "*:read, agents:*",
  })
  void coversNothingElse(String grant, String scope) {
    assertThat(Scope.parse(grant).covers(Scope.parse(scope))).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        ":",
        "agents:",
        ":read",
        "agents::read",
        "Agents:read",
        "1agents",
        "agents read",
        "agents*",
        "agent*:read",
        "**",
        "agents:re*",
        " agents",
        "agents\n",
        "a:b:c:d:e:f",
        "\u0430gents"
      })
  void refusesWhatIsNoScope(String text) {
    assertThatIllegalArgumentException().isThrownBy(() -> Scope.parse(text));
  }

  @Test
  void boundsItsLength() {
    assertThat(Scope.parse("a".repeat(50)).segments()).hasSize(1);
    assertThatIllegalArgumentException().isThrownBy(() -> Scope.parse("a".repeat(51)));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Scope.parse("a".repeat(50) + ":" + "b".repeat(50)));
  }

  @Test
  void knowsAPattern() {
    assertThat(Scope.parse("agents:*").isPattern()).isTrue();
    assertThat(Scope.parse("agents:read").isPattern()).isFalse();
  }

  @Test
  void coversAPatternOnlyIfItCoversAllThatThePatternCovers() {
    Random random = new Random(7);
    List<Scope> scopes = new ArrayList<>();
    for (int i = 0; i < 400; i++) {
      scopes.add(scope(random, "ab"));
    }
    for (int i = 0; i < 2_000; i++) {
      Scope wide = scope(random, "ab*");
      Scope narrow = scope(random, "ab*");
      if (wide.covers(narrow)) {
        assertThat(scopes).filteredOn(narrow::covers).allMatch(wide::covers);
      }
      assertThat(Scope.parse(wide.toString())).isEqualTo(wide);
    }
  }

  private static Scope scope(Random random, String segments) {
    List<String> chosen = new ArrayList<>();
    int size = 1 + random.nextInt(4);
    while (chosen.size() < size) {
      chosen.add(String.valueOf(segments.charAt(random.nextInt(segments.length()))));
    }
    return new Scope(chosen);
  }

  @Test
  void isAsLongAsItMayBe() {
    String longest = "a".repeat(50) + ":" + "b".repeat(49);
    assertThat(Scope.parse(longest)).hasToString(longest);
  }
}
