package org.apikeys.web.http;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.temporal.ChronoUnit;
import java.util.Optional;

/** Reads times: ISO 8601 with an offset, between the years 1970 and 9999; to the millisecond. */
public final class Times {
  private static final int LONGEST = 40;
  private static final Instant LAST = Instant.parse("9999-12-31T23:59:59Z");

  private Times() {}

  public static Optional<Instant> parse(String text) {
    if (text.length() > LONGEST) {
      return Optional.empty();
    }
    try {
      Instant instant = OffsetDateTime.parse(text).toInstant().truncatedTo(ChronoUnit.MILLIS);
      return instant.isBefore(Instant.EPOCH) || instant.isAfter(LAST)
          ? Optional.empty()
          : Optional.of(instant);
    } catch (DateTimeException e) {
      return Optional.empty();
    }
  }
}
