package org.apikeys.audit;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import jakarta.ejb.Stateless;
import jakarta.inject.Inject;
import jakarta.persistence.EntityManager;
import jakarta.persistence.PersistenceContext;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.apikeys.store.Leases;

/**
 * Gives committed records their place: 1, 2, 3 … without a gap. One node does it, under a lease;
 * the head of the log is moved by compare-and-set, so that a node whose lease has ended while it
 * was paused can't number twice.
 */
@Stateless
public class Sequencer {
  private static final String LEASE = "audit-sequencer";
  private static final Duration LEASE_LENGTH = Duration.ofSeconds(10);
  private static final int BATCH = 500;

  @PersistenceContext EntityManager store;
  private final Leases leases;
  private final RecordViews views;
  private final LogStore log;

  @Inject
  public Sequencer(Leases leases, RecordViews views, LogStore log) {
    this.leases = leases;
    this.views = views;
    this.log = log;
  }

  @SuppressWarnings("NullAway")
  public Sequencer() {
    leases = null;
    views = null;
    log = null;
  }

  /**
   * Numbers what waits, one batch.
   *
   * @return whether more may be waiting
   */
  public boolean sequence() {
    if (isIdle() || !leases.tryAcquire(LEASE, LEASE_LENGTH)) {
      return false;
    }
    List<Object[]> waiting = waiting();
    if (waiting.isEmpty()) {
      return false;
    }
    long head = log.head().lastSequence();
    int moved =
        store
            .createNativeQuery(
                "UPDATE audit_head SET last_sequence = ?1 WHERE id = 1 AND last_sequence = ?2")
            .setParameter(1, head + waiting.size())
            .setParameter(2, head)
            .executeUpdate();
    if (moved != 1) {
      throw new IllegalStateException("the head of the audit log was moved by another node");
    }
    try {
      append(waiting, head);
    } catch (SQLException e) {
      throw new IllegalStateException("records can't be numbered", e);
    }
    return waiting.size() == BATCH;
  }

  /** Lets another node number and sign. */
  public void letGo() {
    leases.release(LEASE);
  }

  /** How many committed records have no place yet. */
  public long lag() {
    return ((Number) store.createNativeQuery("SELECT COUNT(*) FROM audit_outbox").getSingleResult())
        .longValue();
  }

  private boolean isIdle() {
    return store
        .createNativeQuery("SELECT id FROM audit_outbox FETCH FIRST 1 ROWS ONLY")
        .getResultList()
        .isEmpty();
  }

  @SuppressWarnings("unchecked")
  private List<Object[]> waiting() {
    return store
        .createNativeQuery(
            "SELECT id, leaf FROM audit_outbox ORDER BY id FETCH FIRST " + BATCH + " ROWS ONLY")
        .getResultList();
  }

  private void append(List<Object[]> waiting, long head) throws SQLException {
    Connection connection = store.unwrap(Connection.class);
    try (PreparedStatement insert =
            connection.prepareStatement(
                "INSERT INTO audit_record (sequence, recorded_at, organization_id, actor_id,"
                    + " actor_name, action, target_type, target_id, target_name, outcome, words,"
                    + " leaf, leaf_hash, event_count)"
                    + " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
        PreparedStatement mention =
            connection.prepareStatement(
                "INSERT INTO audit_mention (subject, sequence) VALUES (?, ?)");
        PreparedStatement delete =
            connection.prepareStatement("DELETE FROM audit_outbox WHERE id = ?")) {
      List<byte[]> leaves = new ArrayList<>(waiting.size());
      for (Object[] row : waiting) {
        leaves.add(bytes(row[1]));
      }
      List<ObjectNode> contents = views.contents(leaves);
      for (int i = 0; i < leaves.size(); i++) {
        bind(insert, head + 1 + i, leaves.get(i), contents.get(i));
        insert.addBatch();
        for (JsonNode subject : contents.get(i).path(NamedPeople.MENTIONS)) {
          mention.setString(1, subject.asText());
          mention.setLong(2, head + 1 + i);
          mention.addBatch();
        }
        delete.setLong(1, ((Number) waiting.get(i)[0]).longValue());
        delete.addBatch();
      }
      insert.executeBatch();
      mention.executeBatch();
      delete.executeBatch();
    }
  }

  private static byte[] bytes(Object column) throws SQLException {
    if (column instanceof java.sql.Blob blob) {
      return blob.getBytes(1, (int) blob.length());
    }
    return (byte[]) column;
  }

  private static void bind(PreparedStatement insert, long sequence, byte[] leaf, JsonNode record)
      throws SQLException {
    insert.setLong(1, sequence);
    insert.setLong(2, Instant.parse(record.path("time").asText()).toEpochMilli());
    insert.setLong(3, record.path("organization_id").asLong());
    insert.setString(4, Searched.actorId(record));
    insert.setString(5, Searched.actorName(record));
    insert.setString(6, record.path("action").asText());
    insert.setString(7, Searched.targetType(record));
    insert.setString(8, Searched.targetId(record));
    insert.setString(9, Searched.targetName(record));
    insert.setString(10, record.path("outcome").asText());
    insert.setString(11, Searched.words(record));
    insert.setBytes(12, leaf);
    insert.setString(13, Leaf.hash(leaf));
    insert.setLong(14, record.path("count").asLong(1));
  }
}
