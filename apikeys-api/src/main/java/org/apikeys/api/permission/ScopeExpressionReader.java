package org.apikeys.api.permission;

/** Reads a scope expression by recursive descent: or, and, not, a scope or parentheses. */
final class ScopeExpressionReader {
  private static final int LONGEST_QUOTE = 40;
  private static final String OPERAND = "a scope, 'not' or '('";

  private final String text;
  private int start;
  private int end;
  private int terms;

  ScopeExpressionReader(String text) {
    this.text = text;
  }

  Requirement read() {
    next();
    Requirement requirement = or(false, 0);
    if (!atEnd()) {
      throw expected("'and', 'or' or the end");
    }
    return requirement;
  }

  private Requirement or(boolean negated, int depth) {
    Requirement left = and(negated, depth);
    while (isAt("or")) {
      next();
      Requirement right = and(negated, depth);
      left = negated ? new Requirement.Both(left, right) : new Requirement.Either(left, right);
    }
    return left;
  }

  private Requirement and(boolean negated, int depth) {
    Requirement left = operand(negated, depth);
    while (isAt("and")) {
      next();
      Requirement right = operand(negated, depth);
      left = negated ? new Requirement.Either(left, right) : new Requirement.Both(left, right);
    }
    return left;
  }

  private Requirement operand(boolean negated, int depth) {
    if (isAt("not") || isAt("(")) {
      if (depth == ScopeExpression.MAX_DEPTH) {
        throw at(start, "at most " + ScopeExpression.MAX_DEPTH + " levels of nesting are allowed");
      }
    }
    if (isAt("not")) {
      next();
      return operand(!negated, depth + 1);
    }
    if (isAt("(")) {
      next();
      Requirement inner = or(negated, depth + 1);
      if (!isAt(")")) {
        throw expected("'and', 'or' or ')'");
      }
      next();
      return inner;
    }
    return term(negated);
  }

  private Requirement term(boolean negated) {
    if (atEnd() || isAt(")") || isAt("and") || isAt("or")) {
      throw expected(OPERAND);
    }
    if (++terms > ScopeExpression.MAX_TERMS) {
      throw at(start, "at most " + ScopeExpression.MAX_TERMS + " scopes are allowed");
    }
    Scope scope = scope();
    next();
    return negated ? new Requirement.Lacks(scope) : new Requirement.Holds(scope);
  }

  private Scope scope() {
    String word = text.substring(start, end);
    if (word.indexOf('*') >= 0) {
      throw at(start + word.indexOf('*'), "expected a whole scope, '*' stands only in grants");
    }
    try {
      return Scope.parse(word);
    } catch (IllegalArgumentException e) {
      throw at(
          start, "expected " + OPERAND + " but found " + found() + " (" + e.getMessage() + ")");
    }
  }

  /** Goes on to the next word or parenthesis; at the end of the text it is empty. */
  private void next() {
    start = end;
    while (start < text.length() && isSpace(text.charAt(start))) {
      start++;
    }
    end = start;
    while (end < text.length() && !isSpace(text.charAt(end)) && !isParenthesis(text.charAt(end))) {
      end++;
    }
    if (end == start && start < text.length()) {
      end++;
    }
  }

  private boolean isAt(String word) {
    return end - start == word.length() && text.startsWith(word, start);
  }

  private boolean atEnd() {
    return start == text.length();
  }

  private String found() {
    if (atEnd()) {
      return "the end";
    }
    String quoted = text.substring(start, Math.min(end, start + LONGEST_QUOTE));
    StringBuilder shown = new StringBuilder("'");
    quoted.chars().forEach(c -> shown.append(c > ' ' && c < 0x7f ? (char) c : '?'));
    return shown.append(end - start > LONGEST_QUOTE ? "…'" : "'").toString();
  }

  private ScopeExpressionException expected(String what) {
    return at(start, "expected " + what + " but found " + found());
  }

  private static ScopeExpressionException at(int position, String problem) {
    return new ScopeExpressionException(position, "position " + position + ": " + problem);
  }

  private static boolean isSpace(char character) {
    return character == ' ' || character == '\t' || character == '\r' || character == '\n';
  }

  private static boolean isParenthesis(char character) {
    return character == '(' || character == ')';
  }
}
