package org.apikeys.audit;

import static jakarta.ejb.TransactionAttributeType.MANDATORY;
import static jakarta.ejb.TransactionAttributeType.REQUIRES_NEW;

import jakarta.ejb.Stateless;
import jakarta.ejb.TransactionAttribute;
import jakarta.inject.Inject;
import jakarta.persistence.EntityManager;
import jakarta.persistence.PersistenceContext;
import java.time.Clock;
import java.util.Collection;

/**
 * Takes records into the log. A record of a change is written in the transaction of the change: no
 * record, no change.
 */
@Stateless
public class AuditLog {
  @PersistenceContext EntityManager store;
  private final Clock clock;

  @Inject
  public AuditLog(Clock clock) {
    this.clock = clock;
  }

  @SuppressWarnings("NullAway")
  protected AuditLog() {
    clock = null;
  }

  /** Records within the transaction of the change. */
  @TransactionAttribute(MANDATORY)
  public void record(AuditEntry entry) {
    store.persist(new OutboxLeaf(Leaf.of(entry, clock.instant())));
  }

  /** Records what changes nothing: a denial, a sign-in, a read of the log. */
  @TransactionAttribute(REQUIRES_NEW)
  public void recordAlone(Collection<AuditEntry> entries) {
    entries.forEach(this::record);
    store.flush();
  }
}
