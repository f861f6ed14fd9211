package org.apikeys.store;

import jakarta.annotation.security.PermitAll;
import jakarta.ejb.Stateless;
import jakarta.inject.Inject;
import jakarta.persistence.EntityManager;
import jakarta.persistence.PersistenceContext;
import java.sql.Clob;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.function.Supplier;
import org.apikeys.api.problem.ProblemException;
import org.apikeys.api.problem.ProblemType;
import org.jspecify.annotations.Nullable;

/**
 * Calls that are made once however often they arrive (the {@code Idempotency-Key} header). The
 * outcome is kept in the transaction that brings it about, for a day.
 */
@Stateless
@PermitAll
public class IdempotentCalls {
  private static final Duration KEPT = Duration.ofHours(24);

  @PersistenceContext EntityManager store;
  private final Clock clock;

  @Inject
  public IdempotentCalls(Clock clock) {
    this.clock = clock;
  }

  @SuppressWarnings("NullAway")
  public IdempotentCalls() {
    clock = null;
  }

  /**
   * What a call came to.
   *
   * @param status HTTP status
   * @param location where the new resource is
   * @param kept the answer without any secret, as it is kept for a replay
   * @param once the answer to this first call; null in a replay
   */
  public record Outcome(
      int status, @Nullable String location, String kept, @Nullable Object once) {}

  /**
   * Makes the call, or answers with what the same call came to before.
   *
   * @param caller who calls; keys of different callers never meet
   * @param key the caller's key for this call
   * @param fingerprint of the operation and the body; another one under the same key is refused
   */
  public Outcome once(String caller, String key, String fingerprint, Supplier<Outcome> call) {
    Outcome before = find(caller, key, fingerprint);
    if (before != null) {
      return before;
    }
    // taken first: of two calls at the same time one waits here, and then fails and finds the other
    store
        .createNativeQuery(
            "INSERT INTO idempotent_call (caller, call_key, fingerprint, status, location, answer,"
                + " created_at) VALUES (?1, ?2, ?3, 0, NULL, '', ?4)")
        .setParameter(1, caller)
        .setParameter(2, key)
        .setParameter(3, fingerprint)
        .setParameter(4, clock.millis())
        .executeUpdate();
    Outcome outcome = call.get();
    store
        .createNativeQuery(
            "UPDATE idempotent_call SET status = ?1, location = ?2, answer = ?3"
                + " WHERE caller = ?4 AND call_key = ?5")
        .setParameter(1, outcome.status())
        .setParameter(2, outcome.location())
        .setParameter(3, outcome.kept())
        .setParameter(4, caller)
        .setParameter(5, key)
        .executeUpdate();
    return outcome;
  }

  @SuppressWarnings("unchecked")
  private @Nullable Outcome find(String caller, String key, String fingerprint) {
    List<Object[]> rows =
        store
            .createNativeQuery(
                "SELECT fingerprint, status, location, answer FROM idempotent_call"
                    + " WHERE caller = ?1 AND call_key = ?2")
            .setParameter(1, caller)
            .setParameter(2, key)
            .getResultList();
    if (rows.isEmpty()) {
      return null;
    }
    Object[] row = rows.get(0);
    if (!fingerprint.equals(row[0])) {
      throw new ProblemException(
          ProblemType.IDEMPOTENCY_MISMATCH,
          "This Idempotency-Key was used with another request; take a new one for a new request.");
    }
    return new Outcome(((Number) row[1]).intValue(), (String) row[2], text(row[3]), null);
  }

  private static String text(Object column) {
    try {
      return column instanceof Clob clob
          ? clob.getSubString(1, (int) clob.length())
          : (String) column;
    } catch (SQLException e) {
      throw new IllegalStateException("a kept answer can't be read", e);
    }
  }

  /** Forgets calls that nobody repeats any more. */
  public void prune() {
    store
        .createNativeQuery("DELETE FROM idempotent_call WHERE created_at < ?1")
        .setParameter(1, clock.millis() - KEPT.toMillis())
        .executeUpdate();
  }
}
