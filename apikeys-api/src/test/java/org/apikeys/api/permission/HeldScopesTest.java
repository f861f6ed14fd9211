package org.apikeys.api.permission;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
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
}
