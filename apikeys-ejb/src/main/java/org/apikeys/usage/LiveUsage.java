package org.apikeys.usage;

import jakarta.annotation.security.PermitAll;
import jakarta.ejb.Stateless;
import jakarta.persistence.EntityManager;
import jakarta.persistence.PersistenceContext;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * Shows what all nodes have just counted, to those who watch: the batches that wait to be rolled up
 * are read once more, and only while somebody watches.
 */
@Stateless
@PermitAll
public class LiveUsage {
  @PersistenceContext EntityManager store;

  /**
   * What has been counted lately.
   *
   * @param batches which batches that was
   * @param counts by organization and key
   */
  public record Beat(Set<Long> batches, Map<Long, Map<Long, LiveCount>> counts) {}

  /** What was written since an instant, without some batches that were seen before. */
  public Beat sinceBySystem(Instant since, Set<Long> seen) {
    Set<Long> batches = new HashSet<>();
    Map<Long, Map<Long, LiveCount>> counts = new HashMap<>();
    try (PreparedStatement query =
        store
            .unwrap(java.sql.Connection.class)
            .prepareStatement("SELECT id, cells FROM usage_batch WHERE written_at >= ?")) {
      query.setLong(1, since.toEpochMilli());
      try (ResultSet rows = query.executeQuery()) {
        while (rows.next()) {
          long id = rows.getLong(1);
          batches.add(id);
          if (!seen.contains(id)) {
            add(UsageBatch.read(rows.getBytes(2)), counts);
          }
        }
      }
    } catch (SQLException e) {
      throw new IllegalStateException("what was just counted can't be read", e);
    }
    return new Beat(batches, counts);
  }

  private static void add(UsageBatch batch, Map<Long, Map<Long, LiveCount>> counts) {
    batch
        .cells()
        .forEach(
            (cell, sums) ->
                counts
                    .computeIfAbsent(cell.organizationId(), fresh -> new HashMap<>())
                    .merge(cell.keyId(), LiveCount.of(cell, sums), LiveCount::plus));
  }
}
