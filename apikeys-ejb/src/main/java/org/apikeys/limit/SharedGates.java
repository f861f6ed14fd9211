package org.apikeys.limit;

import jakarta.annotation.security.PermitAll;
import jakarta.ejb.Stateless;
import jakarta.persistence.EntityManager;
import jakarta.persistence.LockModeType;
import jakarta.persistence.PersistenceContext;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;

/** The states of gates that all nodes share: worked on under the lock of their row. */
@Stateless
@PermitAll
public class SharedGates {
  @PersistenceContext EntityManager store;

  /**
   * Works on a state.
   *
   * @param work from the state at rest to the changed one, or the same when nothing has changed
   */
  public void with(long keyId, Supplier<String> fresh, UnaryOperator<String> work) {
    GateRow row = store.find(GateRow.class, keyId, LockModeType.PESSIMISTIC_WRITE);
    if (row == null) {
      row = new GateRow(keyId, fresh.get());
      store.persist(row);
      store.flush();
    }
    String before = row.state();
    String after = work.apply(before);
    if (!after.equals(before)) {
      row.change(after);
    }
  }
}
