package org.apikeys.audit;

import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import org.apikeys.api.tenant.Caller;

/** Knows for whom a call speaks, where people have to be different ones. */
@FunctionalInterface
public interface PeopleBehind {
  /**
   * The people who may be behind a call; nobody behind the system itself. Names are the same in any
   * case.
   */
  Set<String> behind(Caller caller);

  /**
   * People as they rest: {@code ,dora,emil,}, with a comma on either side of each, so that no name
   * is found within another; empty for nobody.
   */
  static String listed(Collection<String> people) {
    return people.isEmpty()
        ? ""
        : people.stream()
            .map(person -> person.toLowerCase(Locale.ROOT))
            .collect(Collectors.joining(",", ",", ","));
  }

  /** Whether a person is among those of a list. */
  static boolean isListed(String list, String person) {
    return list.contains(listed(List.of(person)));
  }
}
