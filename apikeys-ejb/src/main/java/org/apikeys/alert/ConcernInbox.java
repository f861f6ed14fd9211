package org.apikeys.alert;

import jakarta.annotation.security.PermitAll;
import jakarta.ejb.Stateless;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import jakarta.persistence.EntityManager;
import jakarta.persistence.PersistenceContext;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Types;
import java.time.Clock;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.apikeys.api.alert.AlertKind;
import org.apikeys.api.alert.Concern;
import org.apikeys.api.alert.Severity;
import org.jspecify.annotations.Nullable;

/**
 * Takes concerns in, with the transaction that they are fired in: only inserts, so that whoever has
 * a concern never waits for another.
 */
@Stateless
@PermitAll
public class ConcernInbox {
  private static final int LONGEST_REASONS = 2000;

  @PersistenceContext EntityManager store;
  private final Clock clock;

  @Inject
  public ConcernInbox(Clock clock) {
    this.clock = clock;
  }

  @SuppressWarnings("NullAway")
  public ConcernInbox() {
    clock = null;
  }

  /**
   * A concern that waits.
   *
   * @param ruleId the rule that it comes from; null when it is built in
   */
  public record Waiting(long id, Concern concern, @Nullable Long ruleId, Instant at) {
    String groupingKey() {
      return Alert.groupingKey(concern, ruleId);
    }
  }

  public void onConcern(@Observes Concern concern) {
    write(List.of(concern), null);
  }

  /** Takes in what one rule is concerned about; or what is built in, when it is null. */
  public void write(List<Concern> concerns, @Nullable Long ruleId) {
    Connection connection = store.unwrap(Connection.class);
    try (PreparedStatement insert =
        connection.prepareStatement(
            "INSERT INTO alert_concern (organization_id, kind, severity, subject, api_key_id,"
                + " detail, occurrences, score, reasons, rule_id, noticed_at)"
                + " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)")) {
      for (Concern concern : concerns) {
        insert.setLong(1, concern.organizationId());
        insert.setString(2, concern.kind().word());
        insert.setString(3, concern.severity().word());
        insert.setString(4, concern.subject());
        setNumber(insert, 5, concern.keyId());
        insert.setString(6, concern.detail());
        insert.setLong(7, concern.occurrences());
        setNumber(insert, 8, concern.score() == null ? null : Long.valueOf(concern.score()));
        String reasons = String.join("\n", concern.reasons());
        insert.setString(
            9,
            reasons.length() <= LONGEST_REASONS ? reasons : reasons.substring(0, LONGEST_REASONS));
        setNumber(insert, 10, ruleId);
        insert.setLong(11, clock.millis());
        insert.addBatch();
      }
      insert.executeBatch();
    } catch (SQLException e) {
      throw new IllegalStateException("concerns can't be stored", e);
    }
  }

  private static void setNumber(PreparedStatement statement, int index, @Nullable Long value)
      throws SQLException {
    if (value == null) {
      statement.setNull(index, Types.BIGINT);
    } else {
      statement.setLong(index, value);
    }
  }

  /** What waits, the oldest first. */
  @SuppressWarnings("unchecked")
  public List<Waiting> waiting(int most) {
    List<Object[]> rows =
        store
            .createNativeQuery(
                "SELECT id, organization_id, kind, severity, subject, api_key_id, detail,"
                    + " occurrences, score, reasons, rule_id, noticed_at FROM alert_concern"
                    + " ORDER BY id FETCH FIRST "
                    + most
                    + " ROWS ONLY")
            .getResultList();
    return rows.stream().map(ConcernInbox::read).toList();
  }

  private static Waiting read(Object[] row) {
    Number score = (Number) row[8];
    String reasons = (String) row[9];
    return new Waiting(
        ((Number) row[0]).longValue(),
        new Concern(
            ((Number) row[1]).longValue(),
            AlertKind.valueOf(((String) row[2]).toUpperCase(Locale.ROOT)),
            Severity.valueOf(((String) row[3]).toUpperCase(Locale.ROOT)),
            (String) row[4],
            number(row[5]),
            (String) row[6],
            ((Number) row[7]).longValue(),
            score == null ? null : score.intValue(),
            reasons.isEmpty() ? List.of() : Arrays.asList(reasons.split("\n", -1))),
        number(row[10]),
        Instant.ofEpochMilli(((Number) row[11]).longValue()));
  }

  private static @Nullable Long number(@Nullable Object column) {
    return column == null ? null : ((Number) column).longValue();
  }
}
