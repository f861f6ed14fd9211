package org.apikeys.limit;

import java.util.EnumSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Counts calls in the windows of a key by one of the algorithms. Not for many threads at once. */
sealed interface CallWindows permits FixedWindows, SlidingWindows, BucketWindows {

  /** Calls that the window takes now. */
  long left(GateRules rules, Window window, long now);

  /** Calls that the window has had, those that a burst let through as well. */
  long used(GateRules rules, Window window, long now);

  /** When the window that counts now began. */
  long start(Window window, long now);

  /** When the window takes more than now; milliseconds since 1970 UTC. */
  long moreAt(GateRules rules, Window window, long now);

  /**
   * Counts a call in every window that it was made in.
   *
   * @param spared the window that a burst lets it through in spite of: of what that takes later
   *     nothing is gone; null for none
   * @param ago how long ago it was made, in milliseconds
   */
  void take(GateRules rules, @Nullable Window spared, long ago, long now);

  /** The windows of now that have begun since a call was made, so many milliseconds ago. */
  default Set<Window> begunSince(long ago, long now) {
    if (ago <= 0) {
      return Set.of();
    }
    Set<Window> windows = EnumSet.noneOf(Window.class);
    for (Window window : Window.values()) {
      if (now - ago < start(window, now)) {
        windows.add(window);
      }
    }
    return windows;
  }

  /** Sees to it that so many calls at least count in the window, whoever has counted them. */
  void countAtLeast(GateRules rules, Window window, long calls, long now);

  /** Moves all that was counted into the past, by so many milliseconds. */
  void moveBack(long millis);

  /** As it rests; empty when it rests elsewhere. */
  long[] atRest();

  /** What rests, or a fresh one. */
  static CallWindows of(Algorithm algorithm, long[] rest, Counter counter) {
    return switch (algorithm) {
      case FIXED -> new FixedWindows(counter);
      case SLIDING -> SlidingWindows.of(rest);
      case TOKEN_BUCKET -> BucketWindows.of(rest);
    };
  }
}
