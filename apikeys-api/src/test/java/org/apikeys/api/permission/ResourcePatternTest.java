package org.apikeys.api.permission;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a grant is limited to, and grants that are. */
class ResourcePatternTest {

  private static ResourcePattern resource(String text) {
    return ResourcePattern.parse(text);
  }

  /** Every text of one to so many of these segments. */
  private static List<String> all(List<String> segments, int most) {
    List<String> found = new ArrayList<>(segments);
    List<String> longest = segments;
    for (int i = 1; i < most; i++) {
      longest =
          longest.stream()
              .flatMap(begun -> segments.stream().map(segment -> begun + "/" + segment))
              .toList();
      found.addAll(longest);
    }
    return found;
  }

  @ParameterizedTest
  @CsvSource({
    "projects/42, projects/42",
    "projects/42/*, projects/42/deployments",
    "projects/42/*, projects/42/deployments/7",
    "projects/*/deployments, projects/42/deployments",
    "*, projects/42",
    "projects/*, projects/*",
    "projects/*, projects/42/*",
  })
  void coversWhatItStandsFor(String wide, String narrow) {
    assertThat(resource(wide).covers(resource(narrow))).isTrue();
    assertThat(resource(wide).coversIgnoringCase(resource(narrow))).isTrue();
  }

  @ParameterizedTest
  @CsvSource({
    "projects/42, projects/43",
    "projects/42, projects",
    "projects, projects/42",
    "projects/42/*, projects/42",
    "projects/*/deployments, projects/42",
    "projects/*/deployments, projects/42/deployments/7",
    "projects/42, projects/*",
  })
  void coversNothingElse(String wide, String narrow) {
    assertThat(resource(wide).covers(resource(narrow))).isFalse();
    assertThat(resource(wide).coversIgnoringCase(resource(narrow))).isFalse();
  }

  @Test
  void mindsCaseUnlessItIsIgnored() {
    assertThat(resource("Projects/A").covers(resource("projects/a"))).isFalse();
    assertThat(resource("Projects/A").coversIgnoringCase(resource("projects/a"))).isTrue();
    assertThat(resource("Projects/A").meets(resource("projects/a"), false)).isFalse();
    assertThat(resource("Projects/A").meets(resource("projects/a"), true)).isTrue();
    assertThat(resource("Projects/A").meets(resource("projects/b"), true)).isFalse();
  }

  /** Against the definition: two meet where a name is in both. */
  @Test
  void meetsWhereANameIsInBoth() {
    List<ResourcePattern> names =
        all(List.of("a", "b"), 5).stream().map(ResourcePattern::parse).toList();
    List<ResourcePattern> patterns =
        all(List.of("a", "b", "*"), 3).stream().map(ResourcePattern::parse).toList();
    for (ResourcePattern one : patterns) {
      for (ResourcePattern other : patterns) {
        boolean expected = names.stream().anyMatch(name -> one.covers(name) && other.covers(name));
        assertThat(one.meets(other, false)).as("%s and %s", one, other).isEqualTo(expected);
        assertThat(one.meets(other, true)).as("%s and %s", one, other).isEqualTo(expected);
      }
    }
  }

  @Test
  void knowsAPattern() {
    assertThat(resource("projects/*").isPattern()).isTrue();
    assertThat(resource("projects/42").isPattern()).isFalse();
  }

  @Test
  void boundsItsLength() {
    String longest = "a".repeat(ResourcePattern.MAX_LENGTH);
    assertThat(resource(longest)).hasToString(longest);
    assertThatIllegalArgumentException().isThrownBy(() -> resource(longest + "a"));
    String most = String.join("/", Collections.nCopies(10, "a"));
    assertThat(resource(most).segments()).hasSize(10);
    assertThatIllegalArgumentException().isThrownBy(() -> resource(most + "/a"));
    assertThatIllegalArgumentException().isThrownBy(() -> new ResourcePattern(List.of()));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "/", "a/", "/a", "a//b", "-a", "a b", "a*", "**", "a/b\n", "../a"})
  void refusesWhatIsNoResource(String text) {
    assertThatIllegalArgumentException().isThrownBy(() -> resource(text));
  }

  @ParameterizedTest
  @ValueSource(strings = {"deployments:write", "deployments:write@projects/42/*", "*@a"})
  void isWrittenInAGrantAsItWasRead(String text) {
    assertThat(ScopeGrant.parse(text)).hasToString(text);
  }

  @Test
  void limitsAGrant() {
    ScopeGrant all = ScopeGrant.parse("deployments:*");
    ScopeGrant some = ScopeGrant.parse("deployments:*@projects/*");
    ScopeGrant one = ScopeGrant.parse("deployments:write@projects/42");

    assertThat(Stream.of(all, some, one)).allMatch(all::covers);
    assertThat(some.covers(all)).isFalse();
    assertThat(some.covers(one)).isTrue();
    assertThat(one.covers(some)).isFalse();
    assertThat(ScopeGrant.parse("deployments:read@projects/42").covers(one)).isFalse();
    assertThat(ScopeGrant.parse("deployments:write@projects/43").covers(one)).isFalse();
    assertThat(some.of(Scope.parse("deployments:write")))
        .hasToString("deployments:write@projects/*");
  }
}
