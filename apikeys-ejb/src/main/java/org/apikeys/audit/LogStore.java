package org.apikeys.audit;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.persistence.EntityManager;
import jakarta.persistence.PersistenceContext;
import java.sql.Clob;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apikeys.api.audit.TreeHash;

/** The rows that the tree is made from, and its checkpoints. */
@ApplicationScoped
class LogStore {
  @PersistenceContext EntityManager store;

  /**
   * How far the log is.
   *
   * @param lastSequence the last number that was given
   * @param treeSize how many records the tree has
   */
  record Head(long lastSequence, long treeSize) {}

  /**
   * A record in the log.
   *
   * @param hash made from its stored bytes
   * @param noted the hash that was stored when it was numbered, base64
   */
  record StoredLeaf(long sequence, TreeHash hash, String noted) {
    static StoredLeaf of(ResultSet row) throws SQLException {
      return new StoredLeaf(row.getLong(1), TreeHash.ofLeaf(row.getBytes(2)), row.getString(3));
    }

    boolean isAsNoted() {
      return hash.base64().equals(noted);
    }
  }

  /** A checkpoint as it was signed. */
  record StoredCheckpoint(long size, String note) {}

  Head head() {
    Object[] row =
        (Object[])
            store
                .createNativeQuery("SELECT last_sequence, tree_size FROM audit_head WHERE id = 1")
                .getSingleResult();
    return new Head(((Number) row[0]).longValue(), ((Number) row[1]).longValue());
  }

  void grown(long from, long to) {
    int moved =
        store
            .createNativeQuery(
                "UPDATE audit_head SET tree_size = ?1 WHERE id = 1 AND tree_size = ?2")
            .setParameter(1, to)
            .setParameter(2, from)
            .executeUpdate();
    if (moved != 1) {
      throw new IllegalStateException("the tree of the audit log was grown by another node");
    }
  }

  /** Records behind a sequence, in order. */
  List<StoredLeaf> leavesAfter(long sequence, int most) {
    Connection connection = store.unwrap(Connection.class);
    try (PreparedStatement query =
        connection.prepareStatement(
            "SELECT sequence, leaf, leaf_hash FROM audit_record WHERE sequence > ?"
                + (" ORDER BY sequence FETCH FIRST " + most + " ROWS ONLY"))) {
      query.setLong(1, sequence);
      List<StoredLeaf> leaves = new ArrayList<>();
      try (ResultSet rows = query.executeQuery()) {
        while (rows.next()) {
          leaves.add(StoredLeaf.of(rows));
        }
      }
      return leaves;
    } catch (SQLException e) {
      throw new IllegalStateException("records can't be read", e);
    }
  }

  /** The lowest sequence whose record is there; 0 when there is none. */
  long firstSequence() {
    return number("SELECT COALESCE(MIN(sequence), 0) FROM audit_record");
  }

  /** The first of the records that are from this time or later; behind the last when none is. */
  long firstSequenceFrom(Instant time) {
    long first =
        number(
            "SELECT COALESCE(MIN(sequence), 0) FROM audit_record WHERE recorded_at >= "
                + time.toEpochMilli());
    return first == 0 ? head().lastSequence() + 1 : first;
  }

  /** The last of the records from the beginning on that are all from before an instant, signed. */
  long lastSequenceBefore(Instant time) {
    long younger =
        number(
            "SELECT COALESCE(MIN(sequence), 0) FROM audit_record WHERE recorded_at >= "
                + time.toEpochMilli());
    long signed = latestCheckpoint().map(StoredCheckpoint::size).orElse(0L);
    return younger == 0 ? signed : Math.min(younger - 1, signed);
  }

  /** The last record that was purged; its hash, and those before it, are in the tree alone. */
  long purgedThrough() {
    return number("SELECT COALESCE(MAX(last_sequence), 0) FROM audit_purge");
  }

  void deleteThrough(long sequence) {
    for (String table : List.of("audit_mention", "audit_record")) {
      store
          .createNativeQuery("DELETE FROM " + table + " WHERE sequence <= ?1")
          .setParameter(1, sequence)
          .executeUpdate();
    }
  }

  private long number(String sql) {
    return ((Number) store.createNativeQuery(sql).getSingleResult()).longValue();
  }

  Optional<StoredCheckpoint> latestCheckpoint() {
    // to read them in descending order Derby would sort those of a whole week
    long size = number("SELECT COALESCE(MAX(tree_size), 0) FROM audit_checkpoint");
    return checkpoints("= ?1", size).stream().findFirst();
  }

  /** Checkpoints from a size on, in order. */
  List<StoredCheckpoint> checkpointsFrom(long size, int most) {
    return checkpoints(">= ?1 ORDER BY tree_size FETCH FIRST " + most + " ROWS ONLY", size);
  }

  @SuppressWarnings("unchecked")
  private List<StoredCheckpoint> checkpoints(String which, long size) {
    List<Object[]> rows =
        store
            .createNativeQuery(
                "SELECT tree_size, note FROM audit_checkpoint WHERE tree_size " + which)
            .setParameter(1, size)
            .getResultList();
    return rows.stream()
        .map(row -> new StoredCheckpoint(((Number) row[0]).longValue(), text(row[1])))
        .toList();
  }

  void store(StoredCheckpoint checkpoint, long millis) {
    store
        .createNativeQuery("DELETE FROM audit_checkpoint WHERE tree_size = ?1")
        .setParameter(1, checkpoint.size())
        .executeUpdate();
    store
        .createNativeQuery(
            "INSERT INTO audit_checkpoint (tree_size, note, signed_at) VALUES (?1, ?2, ?3)")
        .setParameter(1, checkpoint.size())
        .setParameter(2, checkpoint.note())
        .setParameter(3, millis)
        .executeUpdate();
  }

  /** Forgets checkpoints that were signed before this time, but never the latest. */
  void forgetCheckpointsBefore(long millis) {
    store
        .createNativeQuery(
            "DELETE FROM audit_checkpoint WHERE signed_at < ?1"
                + " AND tree_size < (SELECT MAX(tree_size) FROM audit_checkpoint)")
        .setParameter(1, millis)
        .executeUpdate();
  }

  private static String text(Object column) {
    try {
      return column instanceof Clob clob
          ? clob.getSubString(1, (int) clob.length())
          : (String) column;
    } catch (SQLException e) {
      throw new IllegalStateException("a checkpoint can't be read", e);
    }
  }
}
