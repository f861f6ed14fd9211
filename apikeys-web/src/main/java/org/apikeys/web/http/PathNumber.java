package org.apikeys.web.http;

import java.util.OptionalLong;
import java.util.regex.Pattern;
import org.apikeys.api.problem.ProblemException;

/** The number of a thing as paths name it: 1 to 999999999999999999, without leading zeros. */
public final class PathNumber {
  private static final Pattern NUMBER = Pattern.compile("[1-9][0-9]{0,17}");

  private PathNumber() {}

  /** The number, when the text is one. */
  public static OptionalLong read(String text) {
    return NUMBER.matcher(text).matches()
        ? OptionalLong.of(Long.parseLong(text))
        : OptionalLong.empty();
  }

  /**
   * The number.
   *
   * @param what is not found when the text is no number
   */
  public static long of(String text, String what) {
    return read(text).orElseThrow(() -> ProblemException.notFound(what));
  }
}
