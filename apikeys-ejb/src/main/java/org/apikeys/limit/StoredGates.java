package org.apikeys.limit;

import jakarta.annotation.security.PermitAll;
import jakarta.ejb.Stateless;
import jakarta.persistence.EntityManager;
import jakarta.persistence.LockModeType;
import jakarta.persistence.PersistenceContext;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What has been used of limits, at rest. */
@Stateless
@PermitAll
public class StoredGates {
  @PersistenceContext EntityManager store;

  /** A state at rest. */
  record Row(long keyId, String state) {}

  /** The state of a key, when it has one. */
  public Optional<String> find(long keyId) {
    return Optional.ofNullable(store.find(GateRow.class, keyId)).map(GateRow::state);
  }

  /** Writes all, in the order of the keys, so that two writers never wait in a circle. */
  public void write(List<Row> rows) {
    rows.stream()
        .sorted((a, b) -> Long.compare(a.keyId(), b.keyId()))
        .forEach(
            row -> {
              @Nullable GateRow known =
                  store.find(GateRow.class, row.keyId(), LockModeType.PESSIMISTIC_WRITE);
              if (known == null) {
                store.persist(new GateRow(row.keyId(), row.state()));
              } else {
                known.change(row.state());
              }
            });
  }
}
