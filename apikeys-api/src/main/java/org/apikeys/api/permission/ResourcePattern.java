package org.apikeys.api.permission;

import java.util.List;
import java.util.regex.Pattern;

/**
 * What a grant is limited to: names joined by slashes, {@code projects/42}. A whole segment may be
 * {@code *}, which stands for any one segment, or at the end for any rest: {@code projects/42/*}
 * covers {@code projects/42/deployments/7} and does not cover {@code projects/42}.
 *
 * @param segments 1 to 10 segments
 */
public record ResourcePattern(List<String> segments) {
  /** The longest resource or pattern, in characters. */
  public static final int MAX_LENGTH = 200;

  private static final Pattern SEGMENT = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._~:-]*|\\*");
  private static final int MAX_SEGMENTS = 10;

  public ResourcePattern {
    segments = List.copyOf(segments);
    if (segments.isEmpty() || segments.size() > MAX_SEGMENTS) {
      throw new IllegalArgumentException("a resource has 1 to " + MAX_SEGMENTS + " segments");
    }
    for (String segment : segments) {
      if (!SEGMENT.matcher(segment).matches()) {
        throw new IllegalArgumentException(
            "a resource is segments joined by '/', each of letters, digits and . _ ~ : - and"
                + " starting with a letter or digit; '*' only as a whole segment");
      }
    }
  }

  /**
   * Reads a resource or a pattern.
   *
   * @throws IllegalArgumentException when the text is none; the message can be shown
   */
  public static ResourcePattern parse(String text) {
    if (text.length() > MAX_LENGTH) {
      throw new IllegalArgumentException("a resource has at most " + MAX_LENGTH + " characters");
    }
    return new ResourcePattern(List.of(text.split("/", -1)));
  }

  /** Whether {@code *} stands in it. */
  public boolean isPattern() {
    return segments.contains(Segments.ANY);
  }

  /** Whether everything that the other stands for is in this one. */
  public boolean covers(ResourcePattern other) {
    return Segments.cover(segments, other.segments);
  }

  /** As {@link #covers(ResourcePattern)}, without regard to case. */
  public boolean coversIgnoringCase(ResourcePattern other) {
    return Segments.cover(segments, other.segments, true);
  }

  /** Whether something is in both. */
  public boolean meets(ResourcePattern other, boolean ignoringCase) {
    return Segments.meet(segments, other.segments, ignoringCase);
  }

  @Override
  public String toString() {
    return String.join("/", segments);
  }
}
