package org.apikeys.api.permission;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** Whatever is written as an expression, it is read or refused, and what is missing suffices. */
class ScopeExpressionFuzzTest {

  @FuzzTest
  void readsAnExpressionOrRefusesIt(byte[] data) {
    ScopeExpression expression;
    try {
      expression = ScopeExpression.parse(new String(data, StandardCharsets.UTF_8));
    } catch (ScopeExpressionException e) {
      assertThat(e.getMessage()).isNotBlank();
      return;
    }
    assertThat(ScopeExpression.parse(expression.toString()).names()).isEqualTo(expression.names());
    assertThat(expression.scopes()).isNotEmpty().noneMatch(Scope::isPattern);
    if (!expression.isSatisfiedBy(scope -> false)) {
      List<String> missing = expression.missing(scope -> false);
      Set<Scope> added = missing.stream().map(Scope::parse).collect(Collectors.toSet());
      assertThat(missing.isEmpty() || expression.isSatisfiedBy(added::contains)).isTrue();
    }
  }
}
