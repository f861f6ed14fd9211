package org.apikeys.tenant;

import static jakarta.ejb.TransactionAttributeType.REQUIRES_NEW;

import jakarta.ejb.Stateless;
import jakarta.ejb.TransactionAttribute;
import jakarta.enterprise.event.Event;
import jakarta.inject.Inject;
import jakarta.persistence.EntityManager;
import jakarta.persistence.PersistenceContext;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.apikeys.api.alert.AlertKind;
import org.apikeys.api.alert.Concern;

/**
 * Counts failed sign-ins by user name and locks a name after ten: for fifteen minutes not even the
 * right password is taken. An attempt is counted before the password is looked at, so that guesses
 * in parallel count as well; a success takes the count away.
 */
@Stateless
public class SignInAttempts {
  static final int FAILURES = 10;
  static final Duration LOCK = Duration.ofMinutes(15);

  /** Clocks of nodes are no further apart. */
  private static final Duration CLOCKS_APART = Duration.ofMinutes(1);

  /** The subject of an alert about a person's name begins so. */
  public static final String OF_PERSON = "user ";

  @PersistenceContext EntityManager store;
  private final Event<Concern> concerns;
  private final Clock clock;

  @Inject
  public SignInAttempts(Event<Concern> concerns, Clock clock) {
    this.concerns = concerns;
    this.clock = clock;
  }

  @SuppressWarnings("NullAway")
  public SignInAttempts() {
    concerns = null;
    clock = null;
  }

  /**
   * Counts an attempt.
   *
   * @return until when the name is locked, when it is
   */
  @TransactionAttribute(REQUIRES_NEW)
  public Optional<Instant> begin(String username) {
    String key = Person.key(username);
    long now = clock.millis();
    long forgotten = now - LOCK.toMillis();
    // what was noted by a clock that was set back since ends as well
    update(
        "DELETE FROM sign_in_failure WHERE username_key = ?1 AND (first_at < ?2 OR first_at > ?3)",
        key,
        forgotten,
        now + CLOCKS_APART.toMillis());
    int counted =
        update("UPDATE sign_in_failure SET failures = failures + 1 WHERE username_key = ?1", key);
    if (counted == 0) {
      update(
          "INSERT INTO sign_in_failure (username_key, failures, first_at, locked_until)"
              + " VALUES (?1, 1, ?2, 0)",
          key,
          now);
      return Optional.empty();
    }
    Object[] row =
        (Object[])
            store
                .createNativeQuery(
                    "SELECT failures, first_at FROM sign_in_failure WHERE username_key = ?1")
                .setParameter(1, key)
                .getSingleResult();
    if (((Number) row[0]).intValue() <= FAILURES) {
      return Optional.empty();
    }
    return Optional.of(Instant.ofEpochMilli(((Number) row[1]).longValue()).plus(LOCK));
  }

  /** Starts the lock's time at the failure that reached the limit. */
  @TransactionAttribute(REQUIRES_NEW)
  public boolean failed(String username) {
    return update(
            "UPDATE sign_in_failure SET first_at = ?2 WHERE username_key = ?1 AND failures = "
                + FAILURES,
            Person.key(username),
            clock.millis())
        == 1;
  }

  /**
   * Tells that a name was locked, in a transaction of its own: the sign-in that failed has none
   * that lasts.
   *
   * @param person whether there is a person of that name; names that are made up are one alert
   */
  @TransactionAttribute(REQUIRES_NEW)
  public void tellOfLock(long organizationId, String username, boolean person, String address) {
    concerns.fire(
        Concern.about(
            organizationId,
            AlertKind.SIGN_IN_LOCKED,
            person ? OF_PERSON + username : "unknown names",
            person
                ? "The name "
                    + username
                    + " is locked after "
                    + FAILURES
                    + " failed sign-ins, the last from "
                    + address
                    + "."
                : "A name that nobody has was locked after "
                    + FAILURES
                    + " failed sign-ins, the last from "
                    + address
                    + ": somebody guesses names."));
  }

  /** The password was right: the count begins anew. */
  @TransactionAttribute(REQUIRES_NEW)
  public void succeeded(String username) {
    update("DELETE FROM sign_in_failure WHERE username_key = ?1", Person.key(username));
  }

  /** A new password was set: failures with the old one count no more, and a lock ends. */
  public void unlock(String username) {
    update("DELETE FROM sign_in_failure WHERE username_key = ?1", Person.key(username));
  }

  /** Forgets names that nobody has tried for long, so that a flood of made-up names ends. */
  public void prune() {
    update("DELETE FROM sign_in_failure WHERE first_at < ?1", clock.millis() - LOCK.toMillis());
  }

  private int update(String sql, Object... parameters) {
    var query = store.createNativeQuery(sql);
    List<Object> values = List.of(parameters);
    for (int i = 0; i < values.size(); i++) {
      query.setParameter(i + 1, values.get(i));
    }
    return query.executeUpdate();
  }
}
