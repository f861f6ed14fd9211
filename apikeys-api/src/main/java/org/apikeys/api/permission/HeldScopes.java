package org.apikeys.api.permission;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** The scopes and patterns that a key or a person was granted, made for quick asking. */
public final class HeldScopes implements Predicate<Scope> {
  /** Holds nothing. */
  public static final HeldScopes NONE = of(List.of());

  // Two sets of the same scopes, since a text has its hash at hand and a scope has not.
  private final Set<String> names;
  private final Set<Scope> exact;
  private final List<Scope> patterns;
  private final List<Limited> limited;

  /** A grant on resources. */
  private record Limited(Scope scope, ResourcePattern resource, boolean ignoresCase) {
    boolean allows(Scope other, ResourcePattern name) {
      return scope.covers(other)
          && (ignoresCase ? resource.coversIgnoringCase(name) : resource.covers(name));
    }
  }

  private HeldScopes(
      Set<String> names, Set<Scope> exact, List<Scope> patterns, List<Limited> limited) {
    this.names = Set.copyOf(names);
    this.exact = Set.copyOf(exact);
    this.patterns = List.copyOf(patterns);
    this.limited = List.copyOf(limited);
  }

  /**
   * Compiles grants.
   *
   * @throws IllegalArgumentException when one is neither a scope nor a pattern
   */
  public static HeldScopes of(Collection<String> grants) {
    return of(grants, scope -> false);
  }

  /**
   * Compiles grants.
   *
   * @param ignoresCase the scopes whose resources are named without regard to case
   * @throws IllegalArgumentException when one is neither a scope nor a pattern
   */
  public static HeldScopes of(Collection<String> grants, Predicate<Scope> ignoresCase) {
    Set<String> names = new HashSet<>();
    Set<Scope> exact = new HashSet<>();
    List<Scope> patterns = new ArrayList<>();
    List<Limited> limited = new ArrayList<>();
    for (String text : grants) {
      ScopeGrant grant = ScopeGrant.parse(text);
      if (grant.resource() != null) {
        limited.add(new Limited(grant.scope(), grant.resource(), ignoresCase.test(grant.scope())));
      } else if (grant.scope().isPattern()) {
        patterns.add(grant.scope());
      } else if (exact.add(grant.scope())) {
        names.add(text);
      }
    }
    return new HeldScopes(names, exact, patterns, limited);
  }

  /**
   * What is held on a resource. A grant that is limited to resources counts only for a resource
   * that is named and covered.
   *
   * @param resource what the call is about; null when it is not said
   */
  public Predicate<Scope> on(@Nullable ResourcePattern resource) {
    if (limited.isEmpty() || resource == null) {
      return this;
    }
    return scope -> holds(scope) || isHeldOn(resource, scope);
  }

  private boolean isHeldOn(ResourcePattern resource, Scope scope) {
    for (int i = 0; i < limited.size(); i++) {
      if (limited.get(i).allows(scope, resource)) {
        return true;
      }
    }
    return false;
  }

  /** Whether a grant is this scope or covers it. A pattern is held when one grant covers it all. */
  public boolean holds(Scope scope) {
    return exact.contains(scope) || isCovered(scope);
  }

  /** As {@link #holds(Scope)}; what is no scope isn't held. */
  public boolean holds(String scope) {
    if (names.contains(scope)) {
      return true;
    }
    if (patterns.isEmpty()) {
      return false;
    }
    try {
      return isCovered(Scope.parse(scope));
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  /** As {@link #holds(Scope)}, so that an expression asks without an object in between. */
  @Override
  public boolean test(Scope scope) {
    return holds(scope);
  }

  private boolean isCovered(Scope scope) {
    for (int i = 0; i < patterns.size(); i++) {
      if (patterns.get(i).covers(scope)) {
        return true;
      }
    }
    return false;
  }
}
