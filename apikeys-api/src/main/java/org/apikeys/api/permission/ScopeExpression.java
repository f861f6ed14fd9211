package org.apikeys.api.permission;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;

/**
 * What a call needs: scopes joined by {@code and}, {@code or}, {@code not} and parentheses, for
 * example {@code agents:read and (deployments:write or deployments:admin)}. {@code not} binds
 * tightest, then {@code and}, then {@code or}; the words are lower-case, and {@code *} stands only
 * in grants. A single scope is an expression.
 *
 * <p>Read once, it is decided many times without garbage.
 */
public final class ScopeExpression {
  /** The longest expression, in characters. */
  public static final int MAX_LENGTH = 1000;

  /** The most scopes in one expression or list. */
  public static final int MAX_TERMS = 100;

  /** The deepest nesting of parentheses and {@code not}. */
  public static final int MAX_DEPTH = 20;

  private final String text;
  private final Requirement requirement;
  private final List<Scope> scopes;
  private final List<String> names;

  private ScopeExpression(String text, Requirement requirement) {
    this.text = text;
    this.requirement = requirement;
    Set<Scope> named = new LinkedHashSet<>();
    requirement.collect(named);
    scopes = List.copyOf(named);
    names = scopes.stream().map(Scope::toString).toList();
  }

  /**
   * Reads an expression.
   *
   * @throws ScopeExpressionException when the text is none or passes a bound
   */
  public static ScopeExpression parse(String text) {
    if (text.length() > MAX_LENGTH) {
      throw new ScopeExpressionException(
          MAX_LENGTH, "a scope expression has at most " + MAX_LENGTH + " characters");
    }
    return new ScopeExpression(text, new ScopeExpressionReader(text).read());
  }

  /**
   * The expression that needs every scope of a list; an empty list needs nothing.
   *
   * @throws ScopeExpressionException when an element is no scope, or there are too many
   */
  public static ScopeExpression allOf(List<String> scopes) {
    if (scopes.size() > MAX_TERMS) {
      throw new ScopeExpressionException(
          MAX_TERMS, "a list of needed scopes has at most " + MAX_TERMS + " elements");
    }
    Requirement all = new Requirement.Nothing();
    for (int i = 0; i < scopes.size(); i++) {
      Requirement.Holds next = new Requirement.Holds(element(scopes.get(i), i));
      all = i == 0 ? next : new Requirement.Both(all, next);
    }
    return new ScopeExpression(String.join(" and ", scopes), all);
  }

  /**
   * The expression that needs this one and another.
   *
   * @throws ScopeExpressionException when the two together pass a bound
   */
  public ScopeExpression and(ScopeExpression other) {
    ScopeExpression both =
        new ScopeExpression(
            "(" + text + ") and (" + other.text + ")",
            new Requirement.Both(requirement, other.requirement));
    if (both.text.length() > MAX_LENGTH || both.scopes.size() > MAX_TERMS) {
      throw new ScopeExpressionException(
          MAX_LENGTH,
          "what is needed has at most "
              + (MAX_LENGTH + " characters and " + MAX_TERMS + " scopes altogether"));
    }
    return both;
  }

  private static Scope element(String text, int index) {
    try {
      Scope scope = Scope.parse(text);
      if (!scope.isPattern()) {
        return scope;
      }
    } catch (IllegalArgumentException e) {
      throw new ScopeExpressionException(index, "element " + index + ": " + e.getMessage());
    }
    throw new ScopeExpressionException(
        index, "element " + index + ": what is needed is a whole scope, '*' stands only in grants");
  }

  /** Whether who holds these scopes may do what needs this expression. */
  public boolean isSatisfiedBy(Predicate<Scope> held) {
    return requirement.isMetBy(held);
  }

  /**
   * As {@link #isSatisfiedBy(Predicate)}, where not all that is held counts: what is needed must
   * count, and what must not be held ({@code not}) must not be held at all.
   *
   * @param counting asked only about scopes that the expression needs, in its order, and no more of
   *     them than settle it
   */
  public boolean isSatisfiedBy(Predicate<Scope> held, Predicate<Scope> counting) {
    return requirement.isMetBy(held, counting);
  }

  /**
   * The scopes that are needed and not held, of several ways the shortest, in alphabetical order.
   * Empty when nothing is missing, and also when only a scope less would help ({@code not}).
   */
  public List<String> missing(Predicate<Scope> held) {
    return requirement.toAdd(held).map(scopes -> List.copyOf(scopes)).orElse(List.of());
  }

  /** Every scope that it names, in their order. */
  public List<Scope> scopes() {
    return scopes;
  }

  /** {@link #scopes} as texts, in the same order. */
  public List<String> names() {
    return names;
  }

  /** The expression as it was written. */
  @Override
  public String toString() {
    return text;
  }
}
