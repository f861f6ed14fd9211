package org.apikeys.request;

import java.util.Collection;
import java.util.List;
import java.util.TreeSet;
import org.apikeys.api.permission.ScopeGrant;

/**
 * What a wish comes to at one time, and what the policies say to it.
 *
 * @param scopes the scopes that it comes to by the sets and plugins of that time
 */
record Judgement(Ruling ruling, Risk risk, List<String> scopes) {
  Judgement {
    scopes = List.copyOf(scopes);
  }

  /** Those of the scopes that none of the others covers. */
  static TreeSet<String> beyond(Collection<String> scopes, Collection<String> others) {
    List<ScopeGrant> covering = others.stream().map(ScopeGrant::parse).toList();
    TreeSet<String> beyond = new TreeSet<>(scopes);
    beyond.removeAll(others);
    beyond.removeIf(
        scope -> covering.stream().anyMatch(other -> other.covers(ScopeGrant.parse(scope))));
    return beyond;
  }
}
