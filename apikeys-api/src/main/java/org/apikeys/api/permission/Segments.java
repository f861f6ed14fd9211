package org.apikeys.api.permission;

import java.util.List;

/** What {@code *} stands for in scopes and resources: any one segment, at the end any rest. */
final class Segments {
  static final String ANY = "*";

  private Segments() {}

  /** Whether everything that the others stand for is in these; neither is empty. */
  static boolean cover(List<String> segments, List<String> others) {
    return cover(segments, others, false);
  }

  /** As {@link #cover(List, List)}, perhaps without regard to case. */
  static boolean cover(List<String> segments, List<String> others, boolean ignoringCase) {
    int own = segments.size();
    boolean openEnd = segments.get(own - 1).equals(ANY);
    if (own > others.size() || (own < others.size() && !openEnd)) {
      return false;
    }
    for (int i = 0; i < own; i++) {
      String segment = segments.get(i);
      String other = others.get(i);
      boolean alike = ignoringCase ? segment.equalsIgnoreCase(other) : segment.equals(other);
      if (!alike && !segment.equals(ANY)) {
        return false;
      }
    }
    return true;
  }

  /** Whether something is in both of these; neither is empty. */
  static boolean meet(List<String> segments, List<String> others, boolean ignoringCase) {
    int shorter = Math.min(segments.size(), others.size());
    if (segments.size() != others.size()) {
      List<String> first = segments.size() < others.size() ? segments : others;
      if (!first.get(shorter - 1).equals(ANY)) {
        return false;
      }
    }
    for (int i = 0; i < shorter; i++) {
      String one = segments.get(i);
      String other = others.get(i);
      boolean alike = ignoringCase ? one.equalsIgnoreCase(other) : one.equals(other);
      if (!alike && !one.equals(ANY) && !other.equals(ANY)) {
        return false;
      }
    }
    return true;
  }
}
