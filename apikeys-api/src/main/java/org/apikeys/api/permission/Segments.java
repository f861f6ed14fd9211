package org.apikeys.api.permission;

import java.util.List;

/** What {@code *} stands for in scopes and resources: any one segment, at the end any rest. */
final class Segments {
  static final String ANY = "*";

  private Segments() {}

  /** Whether everything that the others stand for is in these; neither is empty. */
  static boolean cover(List<String> segments, List<String> others) {
    int own = segments.size();
    boolean openEnd = segments.get(own - 1).equals(ANY);
    if (own > others.size() || (own < others.size() && !openEnd)) {
      return false;
    }
    for (int i = 0; i < own; i++) {
      String segment = segments.get(i);
      if (!segment.equals(ANY) && !segment.equals(others.get(i))) {
        return false;
      }
    }
    return true;
  }
}
