package org.apikeys.audit;

import static jakarta.ejb.TransactionAttributeType.MANDATORY;
import static jakarta.ejb.TransactionAttributeType.REQUIRES_NEW;

import jakarta.ejb.Stateless;
import jakarta.ejb.TransactionAttribute;
import jakarta.enterprise.event.Event;
import jakarta.inject.Inject;
import jakarta.persistence.EntityManager;
import jakarta.persistence.PersistenceContext;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Clock;
import java.util.Collection;
import java.util.List;
import org.apikeys.api.audit.Recorded;

/**
 * Takes records into the log. A record of a change is written in the transaction of the change: no
 * record, no change.
 */
@Stateless
public class AuditLog {
  @PersistenceContext EntityManager store;
  private final Event<Recorded> recorded;
  private final Clock clock;
  private final SubjectSealer sealer;
  private final PersonNumbers numbers;

  @Inject
  public AuditLog(
      Event<Recorded> recorded, Clock clock, SubjectSealer sealer, PersonNumbers numbers) {
    this.recorded = recorded;
    this.clock = clock;
    this.sealer = sealer;
    this.numbers = numbers;
  }

  @SuppressWarnings("NullAway")
  public AuditLog() {
    recorded = null;
    clock = null;
    sealer = null;
    numbers = null;
  }

  /** Records within the transaction of the change. */
  @TransactionAttribute(MANDATORY)
  public void record(AuditEntry entry) {
    insert(List.of(entry));
    AuditEntry.Target target = entry.target();
    recorded.fire(
        new Recorded(
            entry.organizationId(),
            entry.action().word(),
            clock.instant(),
            entry.caller().name(),
            target == null ? null : target.type(),
            target == null ? null : target.id(),
            target == null ? null : target.name(),
            entry.reason(),
            entry.caller().requestId(),
            entry.changes()));
  }

  /** Records within the transaction of the change, of which nobody else is told. */
  @TransactionAttribute(MANDATORY)
  public void recordUntold(AuditEntry entry) {
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
        insert.setBytes(1, Leaf.of(entry, clock.instant(), sealer, numbers));
        insert.addBatch();
      }
      insert.executeBatch();
    } catch (SQLException e) {
      throw new IllegalStateException("records can't be stored", e);
    }
  }
}
