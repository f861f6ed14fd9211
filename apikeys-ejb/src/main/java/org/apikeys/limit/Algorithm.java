package org.apikeys.limit;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** How the calls of a key are counted against its windows. */
public enum Algorithm {
  /** Windows aligned to the clock. */
  FIXED,
  /** The time that has just passed, whatever the clock shows: never more in any such span. */
  SLIDING,
  /** A bucket for each window, refilled evenly. */
  TOKEN_BUCKET;

  /** The word in JSON. */
  String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** By its word; windows aligned to the clock when nothing is said. */
  static Algorithm of(@Nullable String word) {
    return word == null ? FIXED : valueOf(word.toUpperCase(Locale.ROOT));
  }
}
