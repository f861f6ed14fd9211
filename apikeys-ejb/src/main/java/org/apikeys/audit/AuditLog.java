package org.apikeys.audit;

import static jakarta.ejb.TransactionAttributeType.MANDATORY;
import static jakarta.ejb.TransactionAttributeType.REQUIRES_NEW;

import jakarta.ejb.Stateless;
import jakarta.ejb.TransactionAttribute;
import jakarta.inject.Inject;
import jakarta.persistence.EntityManager;
import jakarta.persistence.PersistenceContext;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Clock;
import java.util.Collection;
import java.util.List;

/**
 * Takes records into the log. A record of a change is written in the transaction of the change: no
 * record, no change.
 */
@Stateless
public class AuditLog {
  @PersistenceContext EntityManager store;
  private final Clock clock;
  private final SubjectSealer sealer;

  @Inject
  public AuditLog(Clock clock, SubjectSealer sealer) {
    this.clock = clock;
    this.sealer = sealer;
  }

  @SuppressWarnings("NullAway")
  protected AuditLog() {
    clock = null;
    sealer = null;
  }

  /** Records within the transaction of the change. */
  @TransactionAttribute(MANDATORY)
  public void record(AuditEntry entry) {
    insert(List.of(entry));
  }

  /** Records what changes nothing: a denial, a sign-in, a read of the log. */
  @TransactionAttribute(REQUIRES_NEW)
  public void recordAlone(Collection<AuditEntry> entries) {
    insert(entries);
  }

  /** By JDBC, since the provider inserts entities in any order, and the order becomes the log's. */
  private void insert(Collection<AuditEntry> entries) {
    Connection connection = store.unwrap(Connection.class);
    try (PreparedStatement insert =
        connection.prepareStatement("INSERT INTO audit_outbox (leaf) VALUES (?)")) {
      for (AuditEntry entry : entries) {
        insert.setBytes(1, Leaf.of(entry, clock.instant(), sealer));
        insert.addBatch();
      }
      insert.executeBatch();
    } catch (SQLException e) {
      throw new IllegalStateException("records can't be stored", e);
    }
  }
}
