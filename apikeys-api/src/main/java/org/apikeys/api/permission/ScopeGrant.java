package org.apikeys.api.permission;

import org.jspecify.annotations.Nullable;

/**
 * A scope or pattern as it is granted, perhaps on some resources only: {@code deployments:write},
 * {@code deployments:write@projects/42/*}.
 *
 * @param scope the scope or pattern
 * @param resource what it is limited to; null for everything
 */
public record ScopeGrant(Scope scope, @Nullable ResourcePattern resource) {
  private static final char ON = '@';

  /**
   * Reads a grant.
   *
   * @throws IllegalArgumentException when the text is none; the message can be shown
   */
  public static ScopeGrant parse(String text) {
    int on = text.indexOf(ON);
    if (on < 0) {
      return new ScopeGrant(Scope.parse(text), null);
    }
    return new ScopeGrant(
        Scope.parse(text.substring(0, on)), ResourcePattern.parse(text.substring(on + 1)));
  }

  /** The same limit on another scope: what a pattern comes to. */
  public ScopeGrant of(Scope other) {
    return new ScopeGrant(other, resource);
  }

  /** Whether this grant allows all that the other does. */
  public boolean covers(ScopeGrant other) {
    return scope.covers(other.scope)
        && (resource == null || (other.resource != null && resource.covers(other.resource)));
  }

  @Override
  public String toString() {
    return resource == null ? scope.toString() : scope.toString() + ON + resource;
  }
}
