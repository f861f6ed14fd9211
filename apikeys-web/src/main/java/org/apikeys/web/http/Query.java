package org.apikeys.web.http;

import jakarta.ws.rs.core.MultivaluedMap;
import jakarta.ws.rs.core.UriInfo;
import java.time.Instant;
import java.util.List;
import java.util.regex.Pattern;
import org.apikeys.api.problem.ProblemException;
import org.jspecify.annotations.Nullable;

/** Reads query parameters as strictly as bodies: each is given once and has bounds. */
public final class Query {
  private static final Pattern WHOLE_NUMBER = Pattern.compile("[0-9]{1,18}");
  private static final int LONGEST = 200;
  private static final int STANDARD_SIZE = 10;
  private static final int MOST_SIZE = 200;
  private static final int LAST_PAGE = 1_000_000;

  private final MultivaluedMap<String, String> parameters;

  Query(MultivaluedMap<String, String> parameters) {
    this.parameters = parameters;
  }

  public static Query of(UriInfo uri) {
    return new Query(uri.getQueryParameters());
  }

  /** The page that is asked for, from 1. */
  public int page() {
    return number("page", 1, 1, LAST_PAGE);
  }

  /** How many are wanted on a page. */
  public int size() {
    return number("size", STANDARD_SIZE, 1, MOST_SIZE);
  }

  public int number(String name, int standard, int least, int most) {
    String text = text(name);
    if (text == null) {
      return standard;
    }
    if (WHOLE_NUMBER.matcher(text).matches()) {
      long number = Long.parseLong(text);
      if (number >= least && number <= most) {
        return (int) number;
      }
    }
    throw ProblemException.invalid(name, "is a whole number from " + least + " to " + most);
  }

  /** A whole number that may be large; null when it is absent. */
  public @Nullable Long count(String name) {
    String text = text(name);
    if (text == null) {
      return null;
    }
    if (!WHOLE_NUMBER.matcher(text).matches()) {
      throw ProblemException.invalid(name, "is a whole number");
    }
    return Long.valueOf(text);
  }

  /** A text; an absent or empty one is null. */
  public @Nullable String text(String name) {
    return text(name, LONGEST);
  }

  /** A text that may be longer than others, or has to be shorter. */
  public @Nullable String text(String name, int longest) {
    List<String> values = parameters.get(name);
    if (values == null || values.isEmpty()) {
      return null;
    }
    if (values.size() > 1) {
      throw ProblemException.invalid(name, "is given more than once");
    }
    String value = values.get(0);
    if (value.length() > longest || value.chars().anyMatch(c -> c < ' ')) {
      throw ProblemException.invalid(name, "has at most " + longest + " printable characters");
    }
    return value.isEmpty() ? null : value;
  }

  /** One of some words. */
  public @Nullable String oneOf(String name, List<String> words) {
    String value = text(name);
    if (value != null && !words.contains(value)) {
      throw ProblemException.invalid(name, "is one of " + String.join(", ", words));
    }
    return value;
  }

  public @Nullable Boolean flag(String name) {
    String value = oneOf(name, List.of("true", "false"));
    return value == null ? null : Boolean.valueOf(value);
  }

  public @Nullable Instant time(String name) {
    String value = text(name);
    if (value == null) {
      return null;
    }
    // a '+' of an offset that was not encoded arrives as a space
    return Times.parse(value.replace(' ', '+'))
        .orElseThrow(
            () ->
                ProblemException.invalid(
                    name,
                    "is no time with its offset between the years 1970 and 9999, such as"
                        + " 2026-01-31T23:59:59Z"));
  }
}
