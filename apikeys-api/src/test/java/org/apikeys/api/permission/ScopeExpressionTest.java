package org.apikeys.api.permission;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ScopeExpressionTest {
  private static final List<String> SCOPES = List.of("a", "b:x", "c:y:z", "d.e_f-1");

  @Test
  void aSingleScopeIsAnExpression() {
    ScopeExpression expression = ScopeExpression.parse("agents:read");

    assertThat(expression.isSatisfiedBy(held("agents:read"))).isTrue();
    assertThat(expression.isSatisfiedBy(held("agents:write"))).isFalse();
    assertThat(expression).hasToString("agents:read");
  }

  @Test
  void readsTheExpressionOfTheDocumentation() {
    ScopeExpression expression =
        ScopeExpression.parse("agents:read and (deployments:write or deployments:admin)");

    assertThat(expression.isSatisfiedBy(held("agents:read", "deployments:admin"))).isTrue();
    assertThat(expression.isSatisfiedBy(held("agents:read", "deployments:*"))).isTrue();
    assertThat(expression.isSatisfiedBy(held("agents:read"))).isFalse();
    assertThat(expression.isSatisfiedBy(held("deployments:write"))).isFalse();
  }

  @ParameterizedTest
  @CsvSource({
    "a or b and c, a or (b and c)",
    "not a and b, (not a) and b",
    "not a or b, (not a) or b",
    "not not a, a",
    "not (a and b), not a or not b",
    "not (a or b and c), not a and (not b or not c)",
    "((a)), a",
    "' \ta\nand\r\n( b )', a and b",
    "(a)and(b), a and b",
    "not(a), not a",
  })
  void bindsNotThenAndThenOr(String left, String right) {
    for (int bits = 0; bits < 8; bits++) {
      Predicate<Scope> held = someOf(List.of("a", "b", "c"), bits);
      assertThat(ScopeExpression.parse(left).isSatisfiedBy(held))
          .as("%s with %s", left, bits)
          .isEqualTo(ScopeExpression.parse(right).isSatisfiedBy(held));
    }
  }

  @Test
  void decidesLikeTheFormulaThatWasWritten() {
    Random random = new Random(42);
    for (int i = 0; i < 3_000; i++) {
      Formula formula = formula(random, 5);
      ScopeExpression expression = ScopeExpression.parse(formula.text());
      for (int bits = 0; bits < 16; bits++) {
        Predicate<Scope> held = someOf(SCOPES, bits);
        assertThat(expression.isSatisfiedBy(held))
            .as("%s with %s", formula.text(), bits)
            .isEqualTo(formula.truth().test(held));
      }
    }
  }

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '"',
      value = {
        "\"\", 0, a scope",
        "\"   \", 3, a scope",
        "a b, 2, 'and'",
        "a and, 5, a scope",
        "and a, 0, a scope",
        "a or or b, 5, a scope",
        "not, 3, a scope",
        "(a, 2, ')'",
        "a), 1, 'and'",
        "(), 1, a scope",
        "a (b), 2, 'and'",
        "a AND b, 2, 'and'",
        "A, 0, lower-case",
        "agents:*, 7, '*'",
        "a and *, 6, '*'",
        "a and b:, 6, lower-case",
        "a & b, 2, 'and'",
        "a and \u0430, 6, lower-case",
        "a\u00a0and b, 0, lower-case",
      })
  void namesThePositionAndWhatWasExpected(String text, int position, String expected) {
    assertThatExceptionOfType(ScopeExpressionException.class)
        .isThrownBy(() -> ScopeExpression.parse(text))
        .withMessageContaining(expected)
        .withMessageContaining("position " + position)
        .satisfies(e -> assertThat(e.position()).isEqualTo(position))
        .satisfies(e -> assertThat(e.getMessage()).matches("[ -~…]+"));
  }

  @Test
  void boundsItsLength() {
    String longest = "a" + " ".repeat(ScopeExpression.MAX_LENGTH - 1);
    assertThat(ScopeExpression.parse(longest).isSatisfiedBy(held("a"))).isTrue();
    refuses(longest + " ", "1000 characters");
    refuses("x".repeat(500), "100 characters");
  }

  @Test
  void boundsItsTerms() {
    String most = "a" + " or a".repeat(ScopeExpression.MAX_TERMS - 1);
    assertThat(ScopeExpression.parse(most).isSatisfiedBy(held("a"))).isTrue();
    refuses(most + " or a", "100 scopes");
  }

  @Test
  void boundsItsDepth() {
    int most = ScopeExpression.MAX_DEPTH;
    assertThat(nested("(", most, ")").isSatisfiedBy(held("a"))).isTrue();
    assertThat(nested("not ", most, "").isSatisfiedBy(held("a"))).isTrue();
    refuses("(".repeat(most + 1) + "a" + ")".repeat(most + 1), "20 levels");
    refuses("not ".repeat(most + 1) + "a", "20 levels");
    refuses("(".repeat(ScopeExpression.MAX_LENGTH), "20 levels");
  }

  @Test
  void aListNeedsEveryScope() {
    ScopeExpression expression = ScopeExpression.allOf(List.of("a", "b:x", "and"));

    assertThat(expression.isSatisfiedBy(held("a", "b:x", "and"))).isTrue();
    assertThat(expression.isSatisfiedBy(held("a", "b:x"))).isFalse();
    assertThat(ScopeExpression.allOf(List.of()).isSatisfiedBy(HeldScopes.NONE)).isTrue();
  }

  @Test
  void aListHoldsScopesAndNoExpressionsOrPatterns() {
    for (String bad : List.of("a or b", "b:*", "*", "", "(a)", "A")) {
      assertThatExceptionOfType(ScopeExpressionException.class)
          .isThrownBy(() -> ScopeExpression.allOf(List.of("a", bad)))
          .withMessageStartingWith("element 1: ")
          .satisfies(e -> assertThat(e.position()).isEqualTo(1));
    }
    assertThatExceptionOfType(ScopeExpressionException.class)
        .isThrownBy(() -> ScopeExpression.allOf(Collections.nCopies(101, "a")));
  }

  @Test
  void saysWhichScopesAreMissing() {
    assertThat(missing("b and a and c", held("c"))).containsExactly("a", "b");
    assertThat(missing("a and b or c", HeldScopes.NONE)).containsExactly("c");
    assertThat(missing("a or b", held("b"))).isEmpty();
    assertThat(missing("a and not b", held("b"))).isEmpty();
    assertThat(missing("a and not a", HeldScopes.NONE)).as("nothing would help").isEmpty();
    assertThat(missing("a and (b and not a)", HeldScopes.NONE)).isEmpty();
    assertThat(missing("a and not a or b", HeldScopes.NONE)).containsExactly("b");
    assertThat(missing("not b or c", held("b"))).containsExactly("c");
  }

  @Test
  void whoIsGrantedWhatIsMissingIsSatisfied() {
    Random random = new Random(43);
    for (int i = 0; i < 2_000; i++) {
      String text = formula(random, 4).text().replace("not ", "");
      ScopeExpression expression = ScopeExpression.parse(text);
      Predicate<Scope> held = someOf(SCOPES, random.nextInt(16));
      Predicate<Scope> granted = HeldScopes.of(expression.missing(held)).or(held);

      assertThat(expression.isSatisfiedBy(granted)).as(text).isTrue();
      assertThat(expression.missing(held).isEmpty())
          .as(text)
          .isEqualTo(expression.isSatisfiedBy(held));
    }
  }

  private static List<String> missing(String expression, Predicate<Scope> held) {
    return ScopeExpression.parse(expression).missing(held);
  }

  private static ScopeExpression nested(String open, int depth, String close) {
    return ScopeExpression.parse(open.repeat(depth) + "a" + close.repeat(depth));
  }

  private static void refuses(String text, String why) {
    assertThatExceptionOfType(ScopeExpressionException.class)
        .isThrownBy(() -> ScopeExpression.parse(text))
        .withMessageContaining(why)
        .satisfies(e -> assertThat(e.getMessage()).hasSizeLessThan(300));
  }

  private static HeldScopes held(String... scopes) {
    return HeldScopes.of(List.of(scopes));
  }

  private static Predicate<Scope> someOf(List<String> scopes, int bits) {
    return scope -> (bits & (1 << scopes.indexOf(scope.toString()))) != 0;
  }

  /** An expression's text beside what it should mean. */
  private record Formula(String text, Predicate<Predicate<Scope>> truth) {}

  private static Formula formula(Random random, int depth) {
    int kind = depth == 0 ? 0 : random.nextInt(4);
    if (kind == 0) {
      String scope = SCOPES.get(random.nextInt(SCOPES.size()));
      return new Formula(scope, held -> held.test(Scope.parse(scope)));
    }
    Formula left = formula(random, depth - 1);
    if (kind == 1) {
      return new Formula("not (" + left.text() + ")", left.truth().negate());
    }
    Formula right = formula(random, depth - 1);
    String word = kind == 2 ? ") and (" : ") or (";
    return new Formula(
        "(" + left.text() + word + right.text() + ")",
        kind == 2 ? left.truth().and(right.truth()) : left.truth().or(right.truth()));
  }

  @Test
  void asksForWhatIsNeededAmongWhatCountsAlone() {
    ScopeExpression expression = ScopeExpression.parse("a and not b:x");

    assertThat(expression.isSatisfiedBy(held("a"), held("a"))).isTrue();
    assertThat(expression.isSatisfiedBy(held("a"), HeldScopes.NONE)).isFalse();
    assertThat(expression.isSatisfiedBy(held("a", "b:x"), held("a")))
        .as("what must not be held is not held, whether it counts or not")
        .isFalse();
  }

  @Test
  void namesItsScopesOnceAndInTheirOrder() {
    ScopeExpression expression = ScopeExpression.parse("c:y and (b:x or not a) and c:y");

    assertThat(expression.names()).containsExactly("c:y", "b:x", "a");
    assertThat(expression.scopes())
        .containsExactly(Scope.parse("c:y"), Scope.parse("b:x"), Scope.parse("a"));
  }

  @Test
  void aListHasAsManyScopesAsAnExpression() {
    List<String> most =
        IntStream.range(0, ScopeExpression.MAX_TERMS).mapToObj(i -> "a" + i).toList();
    ScopeExpression expression = ScopeExpression.allOf(most);

    assertThat(expression.names()).isEqualTo(most);
    assertThat(expression.isSatisfiedBy(HeldScopes.of(most))).isTrue();
    assertThat(expression.isSatisfiedBy(HeldScopes.of(most.subList(1, most.size())))).isFalse();
    assertThat(ScopeExpression.allOf(List.of()).missing(HeldScopes.NONE)).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '"',
      value = {
        "a b, 'b'",
        "a and, the end",
        "a and ~\u0430!, '~?!'",
      })
  void quotesWhatItFound(String text, String found) {
    assertThatExceptionOfType(ScopeExpressionException.class)
        .isThrownBy(() -> ScopeExpression.parse(text))
        .withMessageContaining("but found " + found);
  }

  @Test
  void quotesTheBeginningOfWhatIsLong() {
    assertThatExceptionOfType(ScopeExpressionException.class)
        .isThrownBy(() -> ScopeExpression.parse("a " + "x".repeat(50)))
        .withMessageEndingWith("x…'");
  }

  @Test
  void ofTwoWaysOfOneLengthTheFirstIsSaid() {
    assertThat(missing("b:x or a", HeldScopes.NONE)).containsExactly("b:x");
  }

  @Test
  void needsTwoExpressionsEachAsItIsWritten() {
    ScopeExpression either = ScopeExpression.parse("a:read or a:write");
    ScopeExpression both = either.and(ScopeExpression.parse("b:read"));
    assertThat(both.isSatisfiedBy(Set.of(Scope.parse("a:read"))::contains)).isFalse();
    assertThat(both.isSatisfiedBy(Set.of(Scope.parse("b:read"))::contains)).isFalse();
    assertThat(both.isSatisfiedBy(Set.of(Scope.parse("a:write"), Scope.parse("b:read"))::contains))
        .isTrue();
    assertThat(both).hasToString("(a:read or a:write) and (b:read)");
    assertThat(both.names()).containsExactly("a:read", "a:write", "b:read");
    ScopeExpression longest = ScopeExpression.parse("a:" + "x".repeat(50));
    assertThatExceptionOfType(ScopeExpressionException.class)
        .isThrownBy(
            () -> {
              ScopeExpression all = longest;
              for (int i = 0; i < 30; i++) {
                all = all.and(longest);
              }
            });
  }
}
