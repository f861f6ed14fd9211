package org.apikeys.sidecar;

import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import org.apikeys.api.permission.ScopeExpression;

/** Scope expressions that were read before: proxies and applications ask by few of them. */
final class Expressions {
  private static final int MOST = 1_024;

  private final Map<String, ScopeExpression> read = new ConcurrentHashMap<>();
  private final Function<String, ScopeExpression> reader;

  private Expressions(Function<String, ScopeExpression> reader) {
    this.reader = reader;
  }

  /** Of texts that are expressions. */
  static Expressions ofTexts() {
    return new Expressions(ScopeExpression::parse);
  }

  /** Of scopes that are all needed, separated by spaces. */
  static Expressions ofLists() {
    return new Expressions(names -> ScopeExpression.allOf(List.of(names.split(" ", -1))));
  }

  /**
   * What the text says.
   *
   * @throws org.apikeys.api.permission.ScopeExpressionException when it can't be read
   */
  ScopeExpression of(String text) {
    ScopeExpression known = read.get(text);
    if (known != null) {
      return known;
    }
    if (read.size() >= MOST) {
      read.clear();
    }
    return read.computeIfAbsent(text, reader);
  }
}
