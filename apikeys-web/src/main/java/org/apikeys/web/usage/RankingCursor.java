package org.apikeys.web.usage;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apikeys.api.problem.ProblemException;
import org.apikeys.usage.Ranking;
import org.jspecify.annotations.Nullable;

/** Where a list of groups goes on; clients hand it back and need not understand it. */
final class RankingCursor {
  /** With this a page can be asked for; sums of minutes, which the order is by, are kept longer. */
  static final Duration LIFE = Duration.ofDays(1);

  static final String NAME = "cursor";

  /** The longest name of an endpoint, in UTF-8 and Base64, with what stands before it. */
  static final int LONGEST = 1_000;

  /** Nodes' clocks may differ by so much. */
  private static final Duration APART = Duration.ofMinutes(1);

  private static final Pattern FORM =
      Pattern.compile("([0-9]{1,15}):(live|settled):([0-9]{1,18}):(.*)", Pattern.DOTALL);

  private RankingCursor() {}

  /** Where the asked page begins: without a cursor the first, of now. */
  static Ranking read(@Nullable String text, Instant now) {
    if (text == null) {
      return Ranking.begin(now);
    }
    Matcher cursor = FORM.matcher(decoded(text));
    if (!cursor.matches()) {
      throw notOurs();
    }
    Instant begun = Instant.ofEpochMilli(Long.parseLong(cursor.group(1)));
    if (begun.isAfter(now.plus(APART))) {
      throw notOurs();
    }
    if (begun.isBefore(now.minus(LIFE))) {
      throw ProblemException.invalid(
          NAME, "is from more than a day ago; begin again with the first page, which needs none");
    }
    return new Ranking(
        begun, cursor.group(2).equals("live"), Long.parseLong(cursor.group(3)), cursor.group(4));
  }

  static String of(Ranking next) {
    String text =
        next.begun().toEpochMilli()
            + (next.live() ? ":live:" : ":settled:")
            + next.requests()
            + ":"
            + next.item();
    return Base64.getUrlEncoder()
        .withoutPadding()
        .encodeToString(text.getBytes(StandardCharsets.UTF_8));
  }

  private static String decoded(String text) {
    try {
      return new String(Base64.getUrlDecoder().decode(text), StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) {
      throw notOurs();
    }
  }

  private static ProblemException notOurs() {
    return ProblemException.invalid(NAME, "is not one that an answer gave");
  }
}
