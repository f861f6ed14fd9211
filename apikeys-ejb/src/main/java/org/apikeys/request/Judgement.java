package org.apikeys.request;

import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apikeys.api.permission.ScopeGrant;
import org.jspecify.annotations.Nullable;

/**
 * What a wish comes to at one time, and what the policies say to it.
 *
 * @param scopes the scopes that it comes to by the sets and plugins of that time
 */
record Judgement(Ruling ruling, Risk risk, List<String> scopes) {
  /** So many scopes are named in words. */
  private static final int MOST_NAMED = 10;

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

  /** In words how the scopes are others than before; null where that was not kept. */
  static String difference(@Nullable List<String> before, @Nullable List<String> after) {
    List<String> earlier = Objects.requireNonNullElse(before, List.of());
    List<String> now = Objects.requireNonNullElse(after, List.of());
    return Stream.of(words("it gained ", now, earlier), words("it lost ", earlier, now))
        .filter(one -> !one.isEmpty())
        .collect(Collectors.joining("; "));
  }

  private static String words(String verb, List<String> these, List<String> others) {
    List<String> only = these.stream().filter(one -> !others.contains(one)).sorted().toList();
    int more = only.size() - MOST_NAMED;
    return only.isEmpty()
        ? ""
        : verb
            + String.join(", ", only.subList(0, Math.min(MOST_NAMED, only.size())))
            + (more > 0 ? " and " + more + " more" : "");
  }
}
