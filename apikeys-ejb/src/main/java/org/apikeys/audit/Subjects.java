package org.apikeys.audit;

import com.fasterxml.jackson.databind.node.ObjectNode;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ejb.Stateless;
import jakarta.inject.Inject;
import jakarta.persistence.EntityManager;
import jakarta.persistence.PersistenceContext;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.apikeys.api.audit.Action;
import org.apikeys.api.permission.ManagementScope;
import org.apikeys.api.problem.ProblemException;
import org.apikeys.api.tenant.Caller;

/**
 * Erases what the log knows of a person: the key that their fields are encrypted under is
 * destroyed, and so is every readable copy beside the leaves. The leaves stay as they are, and so
 * does every proof.
 */
@Stateless
@RolesAllowed(ManagementScope.USERS_MANAGE)
public class Subjects {
  private static final int PAGE = 500;
  private static final String ABOUT =
      "(actor_id = ? OR (target_type = 'session' AND target_id = ?)"
          + " OR (target_type = 'user' AND target_id = ?))";

  @PersistenceContext EntityManager store;
  private final SubjectKeys keys;
  private final SubjectSealer sealer;
  private final RecordViews views;
  private final LegalHolds holds;
  private final AuditLog log;
  private final Clock clock;

  @Inject
  public Subjects(
      SubjectKeys keys,
      SubjectSealer sealer,
      RecordViews views,
      LegalHolds holds,
      AuditLog log,
      Clock clock) {
    this.keys = keys;
    this.sealer = sealer;
    this.views = views;
    this.holds = holds;
    this.log = log;
    this.clock = clock;
  }

  @SuppressWarnings("NullAway")
  public Subjects() {
    keys = null;
    sealer = null;
    views = null;
    holds = null;
    log = null;
    clock = null;
  }

  /**
   * What was erased.
   *
   * @param subject as in {@code actor.id}
   * @param records how many records of the log it is in; those in archives are not counted
   */
  public record Erased(String subject, long records, Instant erasedAt) {}

  /** Erases; asked again, it erases what has come since. */
  public Erased erase(Caller caller, String subject) {
    requireKnown(caller, subject);
    boolean archived = count(subject, "") == 0;
    for (LegalHold hold : holds.all()) {
      if (hold.holds(subject) && (archived ? keepsArchive(hold) : hasRecords(subject, hold))) {
        throw LegalHolds.blocks(hold);
      }
    }
    Set<Long> destroyed = keys.idsOf(subject);
    long records = eraseCopies(subject, destroyed);
    log.record(AuditEntry.of(caller, Action.SUBJECT_ERASED).on("subject", subject, subject));
    // last: a store that locks what it reads holds up whoever seals or reads a record from here on
    keys.destroy(destroyed);
    sealer.forget(subject);
    return new Erased(subject, records, clock.instant());
  }

  /**
   * Erases the copies of records that were numbered while {@link #erase} was under way. To be
   * called after it, and after what was being numbered is.
   */
  public void eraseWhatCameMeanwhile(String subject) {
    sealer.forget(subject);
    eraseCopies(subject, Set.of());
  }

  /** Whose records were in an archive nobody knows, but that they are of the past. */
  private boolean keepsArchive(LegalHold hold) {
    return hold.isOfAll() && hold.holdsBefore(clock.instant());
  }

  /**
   * A subject of another organization does not exist, and nor does one that all share. Of whom
   * there are purged records alone, the archive can be read as long as there are keys of theirs: it
   * is for the administrators of the installation to destroy them.
   */
  private void requireKnown(Caller caller, String subject) {
    boolean all = caller.organizationId() == Caller.DEFAULT_ORGANIZATION;
    long own = count(subject, all ? "" : " AND organization_id = " + caller.organizationId());
    boolean foreign =
        !all && count(subject, " AND organization_id <> " + caller.organizationId()) > 0;
    boolean known = own > 0 || (all && !keys.idsOf(subject).isEmpty());
    if (!known || foreign || subject.equals(Caller.system().name())) {
      throw ProblemException.notFound("subject");
    }
  }

  /** A hold keeps records of its own organization; one of the default organization those of all. */
  private boolean hasRecords(String subject, LegalHold hold) {
    Instant from = hold.from();
    Instant to = hold.to();
    return count(
            subject,
            (hold.isOfAll() ? "" : " AND organization_id = " + hold.organizationId())
                + (from == null ? "" : " AND recorded_at >= " + from.toEpochMilli())
                + (to == null ? "" : " AND recorded_at < " + to.toEpochMilli()))
        > 0;
  }

  private long count(String subject, String more) {
    try (PreparedStatement query =
        connection().prepareStatement("SELECT COUNT(*) FROM audit_record WHERE " + ABOUT + more)) {
      about(query, subject);
      try (ResultSet rows = query.executeQuery()) {
        rows.next();
        return rows.getLong(1) + mentions(subject, more).size();
      }
    } catch (SQLException e) {
      throw new IllegalStateException("records can't be counted", e);
    }
  }

  /**
   * The records of others that name the subject. They are looked at one by one: a store that locks
   * what it reads would wait for every record that somebody else is erased from.
   */
  private List<Long> mentions(String subject, String more) throws SQLException {
    List<Long> mentions = new ArrayList<>();
    try (PreparedStatement query =
            connection().prepareStatement("SELECT sequence FROM audit_mention WHERE subject = ?");
        PreparedStatement probe =
            connection()
                .prepareStatement(
                    "SELECT sequence FROM audit_record WHERE sequence = ? AND actor_id <> ?"
                        + more)) {
      query.setString(1, subject);
      probe.setString(2, subject);
      try (ResultSet rows = query.executeQuery()) {
        while (rows.next()) {
          probe.setLong(1, rows.getLong(1));
          try (ResultSet found = probe.executeQuery()) {
            if (found.next()) {
              mentions.add(found.getLong(1));
            }
          }
        }
      }
    }
    return mentions;
  }

  /** Names and words that records are found by. */
  private long eraseCopies(String subject, Set<Long> destroyed) {
    try (PreparedStatement query =
            connection()
                .prepareStatement(
                    "SELECT sequence, leaf FROM audit_record WHERE "
                        + ABOUT
                        + " AND sequence > ? ORDER BY sequence FETCH FIRST "
                        + (PAGE + " ROWS ONLY"));
        PreparedStatement update =
            connection()
                .prepareStatement(
                    "UPDATE audit_record SET actor_name = ?, target_name = ?, words = ?"
                        + " WHERE sequence = ?")) {
      about(query, subject);
      long erased = 0;
      long after = 0;
      List<Long> sequences;
      do {
        query.setLong(4, after);
        sequences = new ArrayList<>();
        List<byte[]> leaves = new ArrayList<>();
        try (ResultSet rows = query.executeQuery()) {
          while (rows.next()) {
            sequences.add(rows.getLong(1));
            leaves.add(rows.getBytes(2));
          }
        }
        update(update, sequences, views.contentsWithout(destroyed, leaves));
        after = sequences.isEmpty() ? after : sequences.get(sequences.size() - 1);
        erased += sequences.size();
      } while (sequences.size() == PAGE);
      return erased + eraseMentions(subject, destroyed, update);
    } catch (SQLException e) {
      throw new IllegalStateException("names can't be erased", e);
    }
  }

  private long eraseMentions(String subject, Set<Long> destroyed, PreparedStatement update)
      throws SQLException {
    List<Long> mentions = mentions(subject, "");
    try (PreparedStatement query =
        connection().prepareStatement("SELECT leaf FROM audit_record WHERE sequence = ?")) {
      for (long sequence : mentions) {
        query.setLong(1, sequence);
        try (ResultSet rows = query.executeQuery()) {
          if (rows.next()) {
            List<byte[]> leaf = List.of(rows.getBytes(1));
            update(update, List.of(sequence), views.contentsWithout(destroyed, leaf));
          }
        }
      }
    }
    return mentions.size();
  }

  private static void update(
      PreparedStatement update, List<Long> sequences, List<ObjectNode> contents)
      throws SQLException {
    for (int i = 0; i < contents.size(); i++) {
      update.setString(1, Searched.actorName(contents.get(i)));
      update.setString(2, Searched.targetName(contents.get(i)));
      update.setString(3, Searched.words(contents.get(i)));
      update.setLong(4, sequences.get(i));
      update.addBatch();
    }
    update.executeBatch();
  }

  private static void about(PreparedStatement statement, String subject) throws SQLException {
    statement.setString(1, subject);
    statement.setString(2, subject);
    statement.setString(3, subject.startsWith("user-") ? subject.substring(5) : "");
  }

  private Connection connection() {
    return store.unwrap(Connection.class);
  }
}
