package org.apikeys.usage;

import java.math.BigDecimal;
import java.sql.ResultSet;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/**
 * Sums that stop where others would turn over, so that no figures that somebody reports, however
 * large, make a sum wrong for those who trust it, or keep the store from adding at all.
 */
final class Saturated {
  /** Twice this still fits: what is added to a sum of the store needs no look at it before. */
  static final long MOST = 1L << 61;

  private static final BigDecimal BOUND = BigDecimal.valueOf(MOST);

  private Saturated() {}

  static long plus(long sum, long more) {
    return within(within(sum) + within(more));
  }

  private static long within(long number) {
    return Math.max(-MOST, Math.min(MOST, number));
  }

  /** Sets a column to its value and a parameter, in SQL. */
  static String add(String column) {
    return column
        + (" = CASE WHEN " + column + " > " + MOST + " THEN " + MOST)
        + (" WHEN " + column + " < -" + MOST + " THEN -" + MOST)
        + (" ELSE " + column + " END + ?");
  }

  /** The sum of a column, in SQL; to be read with {@link #read}. */
  static String sum(String column) {
    return "SUM(CAST(" + column + " AS DECIMAL(31,0)))";
  }

  /** A number of any size; 0 for none. */
  static long read(ResultSet row, String column) throws SQLException {
    return of(row.getBigDecimal(column));
  }

  static long of(@Nullable Number number) {
    if (number instanceof BigDecimal decimal) {
      return decimal.min(BOUND).max(BOUND.negate()).longValue();
    }
    return number == null ? 0 : within(number.longValue());
  }
}
