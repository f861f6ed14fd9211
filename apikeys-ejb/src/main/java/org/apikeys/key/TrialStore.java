package org.apikeys.key;

import jakarta.annotation.security.PermitAll;
import jakarta.ejb.Stateless;
import jakarta.persistence.EntityManager;
import jakarta.persistence.PersistenceContext;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.apikeys.api.verify.DecisionCode;
import org.apikeys.store.Json;
import org.apikeys.store.Upsert;

/** Trials of keys at rest, and what they have come to. */
@Stateless
@PermitAll
public class TrialStore {
  /** What a trial has come to can be read for so long after its end. */
  private static final Duration READABLE = Duration.ofDays(90);

  private static final String ADD =
      "UPDATE key_trial_count SET calls = calls + ?, last_call_at = ?"
          + " WHERE api_key_id = ? AND started_at = ? AND code = ? AND item = ?";
  private static final String INSERT =
      "INSERT INTO key_trial_count (calls, last_call_at, api_key_id, started_at, code, item)"
          + " VALUES (?, ?, ?, ?, ?, ?)";

  @PersistenceContext EntityManager store;

  /**
   * What calls have come to.
   *
   * @param item what they would have been refused for; empty for calls that would have passed
   */
  public record Count(
      long keyId, long startedAt, DecisionCode code, String item, long calls, long lastCallAt) {}

  /** Begins a trial; ends one that there was, and forgets what that has come to. */
  public void begin(KeyTrial trial) {
    end(trial.keyId());
    store
        .createNativeQuery(
            "INSERT INTO key_trial (api_key_id, proposal, started_at, ends_at)"
                + " VALUES (?1, ?2, ?3, ?4)")
        .setParameter(1, trial.keyId())
        .setParameter(2, Json.write(trial.proposal()))
        .setParameter(3, trial.startedAt().toEpochMilli())
        .setParameter(4, trial.endsAt().toEpochMilli())
        .executeUpdate();
  }

  /** Ends a trial, and forgets what it has come to; false when there is none. */
  public boolean end(long keyId) {
    store
        .createNativeQuery("DELETE FROM key_trial_count WHERE api_key_id = ?1")
        .setParameter(1, keyId)
        .executeUpdate();
    return store
            .createNativeQuery("DELETE FROM key_trial WHERE api_key_id = ?1")
            .setParameter(1, keyId)
            .executeUpdate()
        > 0;
  }

  @SuppressWarnings("unchecked")
  public Optional<KeyTrial> find(long keyId) {
    List<Object[]> rows =
        store
            .createNativeQuery(
                "SELECT proposal, started_at, ends_at FROM key_trial WHERE api_key_id = ?1")
            .setParameter(1, keyId)
            .getResultList();
    return rows.stream().findFirst().map(row -> StoredKeys.trial(keyId, row[0], row[1], row[2]));
  }

  /** What a trial has come to, the most calls first. */
  @SuppressWarnings("unchecked")
  public List<Count> counts(KeyTrial trial) {
    long startedAt = trial.startedAt().toEpochMilli();
    List<Object[]> rows =
        store
            .createNativeQuery(
                "SELECT code, item, calls, last_call_at FROM key_trial_count"
                    + " WHERE api_key_id = ?1 AND started_at = ?2 ORDER BY calls DESC, code, item")
            .setParameter(1, trial.keyId())
            .setParameter(2, startedAt)
            .getResultList();
    return rows.stream()
        .map(
            row ->
                new Count(
                    trial.keyId(),
                    startedAt,
                    DecisionCode.valueOf((String) row[0]),
                    (String) row[1],
                    ((Number) row[2]).longValue(),
                    ((Number) row[3]).longValue()))
        .toList();
  }

  /** Adds to what trials have come to. */
  public void add(List<Count> counts) {
    try {
      Upsert.write(store.unwrap(Connection.class), ADD, INSERT, counts, TrialStore::bind);
    } catch (SQLException e) {
      throw new IllegalStateException("trials can't be counted", e);
    }
  }

  private static void bind(PreparedStatement statement, Count count) throws SQLException {
    statement.setLong(1, count.calls());
    statement.setLong(2, count.lastCallAt());
    statement.setLong(3, count.keyId());
    statement.setLong(4, count.startedAt());
    statement.setString(5, count.code().name());
    statement.setString(6, count.item());
  }

  /** Deletes what nobody reads any more, and what was counted for a trial that is gone. */
  public void prune(Instant now) {
    store
        .createNativeQuery("DELETE FROM key_trial WHERE ends_at < ?1")
        .setParameter(1, now.minus(READABLE).toEpochMilli())
        .executeUpdate();
    store
        .createNativeQuery(
            "DELETE FROM key_trial_count WHERE NOT EXISTS (SELECT 1 FROM key_trial t"
                + " WHERE t.api_key_id = key_trial_count.api_key_id"
                + " AND t.started_at = key_trial_count.started_at)")
        .executeUpdate();
  }
}
