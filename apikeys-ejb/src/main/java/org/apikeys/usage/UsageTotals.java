package org.apikeys.usage;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apikeys.store.Upsert;

/** What calls of each key have come to since it was issued, without their times and kinds. */
final class UsageTotals {
  private UsageTotals() {}

  private static final class Total {
    final long keyId;
    final long organizationId;
    long allowed;
    long denied;
    long failed;
    long timed;
    long micros;

    Total(Cell cell) {
      keyId = cell.keyId();
      organizationId = cell.organizationId();
    }

    void add(Sums sums) {
      allowed += sums.requests - sums.denied;
      denied += sums.denied;
      failed += sums.errors;
      timed += sums.timed;
      micros = Saturated.plus(micros, sums.micros);
    }
  }

  /**
   * Adds what was counted.
   *
   * @return the numbers of the keys, in their order
   */
  static List<Long> add(Connection connection, UsageBatch batch) throws SQLException {
    Map<Long, Total> totals = new TreeMap<>();
    batch
        .cells()
        .forEach(
            (cell, sums) -> totals.computeIfAbsent(cell.keyId(), id -> new Total(cell)).add(sums));
    Upsert.write(
        connection,
        "UPDATE usage_total SET allowed = allowed + ?, denied = denied + ?,"
            + " failed = failed + ?, timed = timed + ?, "
            + Saturated.add("response_micros")
            + ", organization_id = ?"
            + " WHERE api_key_id = ?",
        "INSERT INTO usage_total (allowed, denied, failed, timed, response_micros,"
            + " organization_id, api_key_id) VALUES (?, ?, ?, ?, ?, ?, ?)",
        List.copyOf(totals.values()),
        UsageTotals::bind);
    return List.copyOf(totals.keySet());
  }

  private static void bind(PreparedStatement statement, Total total) throws SQLException {
    statement.setLong(1, total.allowed);
    statement.setLong(2, total.denied);
    statement.setLong(3, total.failed);
    statement.setLong(4, total.timed);
    statement.setLong(5, total.micros);
    statement.setLong(6, total.organizationId);
    statement.setLong(7, total.keyId);
  }
}
