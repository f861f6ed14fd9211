package org.apikeys.api.plugin;

import java.util.Objects;

/**
 * What a check says of a scope for one call.
 *
 * @param counts whether the scope counts
 * @param reason why, for the person who asks with {@code explain}; what is longer than 200
 *     characters is cut
 */
public record Verdict(boolean counts, String reason) {
  private static final Verdict COUNTS = new Verdict(true, "the check passes");

  public Verdict {
    Objects.requireNonNull(reason);
  }

  /** The scope counts. */
  public static Verdict pass() {
    return COUNTS;
  }

  /** The scope does not count for this call. */
  public static Verdict refuse(String reason) {
    return new Verdict(false, reason);
  }
}
