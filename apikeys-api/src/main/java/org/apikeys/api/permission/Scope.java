package org.apikeys.api.permission;

import java.util.List;
import java.util.regex.Pattern;

/**
 * A permission, as segments joined by colons: {@code agents:read}, {@code read}. In a grant a whole
 * segment may be {@code *}, which stands for any one segment, or at the end for any rest: {@code
 * agents:*}, {@code *:read}.
 *
 * @param segments 1 to 5 segments
 */
public record Scope(List<String> segments) {
  /** The longest scope, in characters. */
  public static final int MAX_LENGTH = 100;

  private static final Pattern SEGMENT = Pattern.compile("[a-z][a-z0-9_.-]{0,49}|\\*");
  private static final int MAX_SEGMENTS = 5;

  public Scope {
    segments = List.copyOf(segments);
    if (segments.isEmpty() || segments.size() > MAX_SEGMENTS) {
      throw new IllegalArgumentException("a scope has 1 to " + MAX_SEGMENTS + " segments");
    }
    for (String segment : segments) {
      if (!SEGMENT.matcher(segment).matches()) {
        throw new IllegalArgumentException(
            "a scope is lower-case segments joined by ':', each starting with a letter; '*' only as"
                + " a whole segment");
      }
    }
  }

  /**
   * Reads a scope or a pattern.
   *
   * @throws IllegalArgumentException when the text is none; the message can be shown
   */
  public static Scope parse(String text) {
    if (text.length() > MAX_LENGTH) {
      throw new IllegalArgumentException("a scope has at most " + MAX_LENGTH + " characters");
    }
    return new Scope(List.of(text.split(":", -1)));
  }

  /** Whether {@code *} stands in it. */
  public boolean isPattern() {
    return segments.contains(Segments.ANY);
  }

  /** Whether a grant of this scope or pattern allows the other scope. */
  public boolean covers(Scope other) {
    return Segments.cover(segments, other.segments);
  }

  @Override
  public String toString() {
    return String.join(":", segments);
  }
}
