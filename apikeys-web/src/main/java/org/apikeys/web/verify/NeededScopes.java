package org.apikeys.web.verify;

import java.util.List;
import org.apikeys.api.permission.ScopeExpression;
import org.apikeys.hot.Memo;

/** Reads what calls need; it is asked for in few ways, so that each is read once. */
final class NeededScopes {
  private static final Memo<ScopeExpression> EXPRESSIONS =
      new Memo<>(1_024, ScopeExpression::parse);

  private static final Memo<ScopeExpression> LISTS =
      new Memo<>(1_024, names -> ScopeExpression.allOf(List.of(names.split(" ", -1))));

  private NeededScopes() {}

  /** One expression. */
  static ScopeExpression expression(String text) {
    return EXPRESSIONS.of(text);
  }

  /** All of the scopes whose names these are, with one blank between. */
  static ScopeExpression allOf(String names) {
    return LISTS.of(names);
  }
}
