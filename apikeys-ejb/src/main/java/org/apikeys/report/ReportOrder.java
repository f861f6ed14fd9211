package org.apikeys.report;

import java.time.YearMonth;
import java.time.ZoneOffset;
import org.apikeys.usage.Periods;

/**
 * What somebody wants to read.
 *
 * @param organizationId whose
 * @param framework for the compliance report: its word
 */
public record ReportOrder(long organizationId, YearMonth month, String framework) {

  /** The month in UTC, in milliseconds since 1970. */
  long fromMillis() {
    return month.atDay(1).atStartOfDay(ZoneOffset.UTC).toInstant().toEpochMilli();
  }

  /** The time that all of the month is before. */
  long toMillis() {
    return month.plusMonths(1).atDay(1).atStartOfDay(ZoneOffset.UTC).toInstant().toEpochMilli();
  }

  /** The month by the day. */
  Periods days() {
    return Periods.of(
        "day",
        null,
        month.atDay(1).atStartOfDay(ZoneOffset.UTC).toInstant(),
        month.plusMonths(1).atDay(1).atStartOfDay(ZoneOffset.UTC).toInstant(),
        java.time.Instant.EPOCH);
  }
}
