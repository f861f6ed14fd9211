package org.apikeys.api.permission;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;

class HeldScopesTest {

  @Test
  void holdsWhatWasGranted() {
    HeldScopes held = HeldScopes.of(List.of("agents:read", "metrics:*", "read", "read"));

    assertThat(List.of("agents:read", "metrics:read", "metrics:a:b", "read"))
        .allMatch(held::holds)
        .allMatch(scope -> held.holds(Scope.parse(scope)));
  }

  @Test
  void holdsNothingElse() {
    HeldScopes held = HeldScopes.of(List.of("agents:read", "metrics:*"));

    assertThat(List.of("agents:write", "metrics", "agents:*", "*", "read"))
        .noneMatch(held::holds)
        .noneMatch(scope -> held.holds(Scope.parse(scope)));
  }

  @Test
  void holdsAPatternThatAGrantCovers() {
    assertThat(HeldScopes.of(List.of("*")).holds("agents:*")).isTrue();
    assertThat(HeldScopes.of(List.of("agents:*")).holds("agents:*")).isTrue();
  }

  @Test
  void neverHoldsWhatIsNoScope() {
    assertThat(List.of("", "AGENTS", "a b", "agents:", "*a"))
        .noneMatch(HeldScopes.of(List.of("*"))::holds);
    assertThat(HeldScopes.NONE.holds("")).isFalse();
  }

  @Test
  void refusesAGrantThatCannotBeRead() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> HeldScopes.of(List.of("agents:read", "no scope")));
  }

  @Test
  void holdsOnAResourceWhatIsGrantedThere() {
    HeldScopes held = HeldScopes.of(List.of("read", "agents:write@projects/42/*"));
    Predicate<Scope> there = held.on(ResourcePattern.parse("projects/42/agents"));

    assertThat(there.test(Scope.parse("agents:write"))).isTrue();
    assertThat(there.test(Scope.parse("read"))).as("granted everywhere").isTrue();
    assertThat(there.test(Scope.parse("agents:read"))).isFalse();
    assertThat(held.on(ResourcePattern.parse("projects/43/agents")).test(Scope.parse("read")))
        .isTrue();
    assertThat(
            held.on(ResourcePattern.parse("projects/43/agents")).test(Scope.parse("agents:write")))
        .isFalse();
  }

  @Test
  void doesNotCountALimitedGrantWhereNoResourceIsNamed() {
    HeldScopes held = HeldScopes.of(List.of("agents:write@projects/*"));

    assertThat(held.on(null).test(Scope.parse("agents:write"))).isFalse();
    assertThat(held.holds("agents:write")).isFalse();
    assertThat(
            HeldScopes.of(List.of("agents:write"))
                .on(ResourcePattern.parse("projects/42"))
                .test(Scope.parse("agents:write")))
        .isTrue();
  }

  @Test
  void ignoresTheCaseOfResourcesForScopesThatSay() {
    List<String> grants = List.of("mail:send@Lists/News", "agents:read@Lists/News");
    Predicate<Scope> there =
        HeldScopes.of(grants, scope -> scope.toString().startsWith("mail"))
            .on(ResourcePattern.parse("lists/news"));

    assertThat(there.test(Scope.parse("mail:send"))).isTrue();
    assertThat(there.test(Scope.parse("agents:read"))).isFalse();
    assertThat(
            HeldScopes.of(grants)
                .on(ResourcePattern.parse("lists/news"))
                .test(Scope.parse("mail:send")))
        .isFalse();
  }
}
