package org.apikeys.limit;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How many calls each window takes; {@link #NONE} for a window that is not limited.
 *
 * @param second calls a second
 * @param minute calls a minute
 * @param hour calls an hour
 * @param day calls a day
 */
public record WindowLimits(long second, long minute, long hour, long day) {
  /** A window without a limit. */
  public static final long NONE = Long.MAX_VALUE;

  public static final WindowLimits UNLIMITED = new WindowLimits(NONE, NONE, NONE, NONE);

  /** The limit of one window. */
  public long of(Window window) {
    return switch (window) {
      case SECOND -> second;
      case MINUTE -> minute;
      case HOUR -> hour;
      case DAY -> day;
    };
  }

  /** What counts of them for now; the whole under null. */
  public WindowLimits under(@Nullable Adaptation adaptation) {
    return adaptation == null ? this : adaptation.of(this);
  }

  /** The windows that are limited, the shortest first. */
  public List<Window> limited() {
    List<Window> limited = new ArrayList<>();
    for (Window window : Window.values()) {
      if (of(window) != NONE) {
        limited.add(window);
      }
    }
    return limited;
  }
}
