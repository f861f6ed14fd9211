package org.apikeys.report;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.persistence.EntityManager;
import jakarta.persistence.PersistenceContext;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apikeys.store.StoredRows;
import org.jspecify.annotations.Nullable;

/** Asks the store what reports are made of, read only, and always of one organization. */
@ApplicationScoped
class ReportFacts {
  /** More keys than this are not listed one by one. */
  static final int MOST_KEYS = 10_000;

  @PersistenceContext EntityManager store;

  /** A key as reports name it. */
  record Key(
      long id,
      String name,
      String type,
      String environment,
      String owner,
      String createdBy,
      Instant createdAt,
      @Nullable Instant expiresAt,
      boolean active,
      @Nullable Instant lastUsedAt) {
    String keyId() {
      return "key-" + id;
    }
  }

  /** The keys that existed at an instant and were not revoked then. */
  Map<Long, Key> keys(long organizationId, long atMillis) {
    Map<Long, Key> keys = new LinkedHashMap<>();
    query(
        "SELECT k.id, k.name, k.type, k.environment, k.owner, k.created_by, k.created_at,"
            + " k.expires_at, k.is_active, NULLIF(c.last_used_at, 0) FROM api_key k"
            + " LEFT JOIN api_key_count c ON c.api_key_id = k.id WHERE k.organization_id = ?"
            + " AND k.created_at < ? AND (k.revoked_at IS NULL OR k.revoked_at >= ?) ORDER BY k.id"
            + (" FETCH FIRST " + MOST_KEYS + " ROWS ONLY"),
        row ->
            keys.put(
                row.getLong(1),
                new Key(
                    row.getLong(1),
                    row.getString(2),
                    row.getString(3),
                    row.getString(4),
                    row.getString(5),
                    row.getString(6),
                    Instant.ofEpochMilli(row.getLong(7)),
                    instant(row, 8),
                    row.getBoolean(9),
                    instant(row, 10))),
        organizationId,
        atMillis,
        atMillis);
    return keys;
  }

  /** The scopes and sets of keys, by the key's number. */
  Map<Long, List<String>> grants(long organizationId) {
    return texts(
        "SELECT t.api_key_id, t.term FROM api_key_term t JOIN api_key k ON k.id = t.api_key_id"
            + " WHERE k.organization_id = ? AND t.kind <> 'tag' ORDER BY t.api_key_id, t.term",
        organizationId);
  }

  /** Who approved what keys can do now, by the key's number. */
  Map<Long, List<String>> approvals(long organizationId) {
    return texts(
        "SELECT v.api_key_id, v.approved_by FROM api_key_version v JOIN api_key k ON k.id ="
            + " v.api_key_id WHERE k.organization_id = ? AND v.approved_by IS NOT NULL"
            + " ORDER BY v.api_key_id, v.number",
        organizationId);
  }

  /** Who has last attested in a campaign that a key is needed, and when, by the key's number. */
  Map<Long, List<String>> attestations(long organizationId) {
    Map<Long, List<String>> found = new TreeMap<>();
    query(
        "SELECT i.api_key_id, i.status, i.decided_by, i.decided_at FROM campaign_item i"
            + " JOIN campaign c ON c.id = i.campaign_id WHERE c.organization_id = ?"
            + " AND i.decided_at IS NOT NULL ORDER BY i.decided_at",
        row ->
            found.put(
                row.getLong(1),
                List.of(
                    row.getString(2)
                        + (" by " + row.getString(3) + " at ")
                        + Instant.ofEpochMilli(row.getLong(4)))),
        organizationId);
    return found;
  }

  /**
   * What the audit log has of an action.
   *
   * @param records how many records
   * @param events how many events they stand for: denials of one source share a record
   */
  record Recorded(long records, long events) {
    static final Recorded NOTHING = new Recorded(0, 0);
  }

  /** What the audit log has of each action in a time. */
  Map<String, Recorded> actions(long organizationId, long from, long to) {
    Map<String, Recorded> actions = new TreeMap<>();
    query(
        "SELECT action, COUNT(*), SUM(event_count) FROM audit_record WHERE organization_id = ?"
            + " AND recorded_at >= ? AND recorded_at < ? GROUP BY action",
        row -> actions.put(row.getString(1), new Recorded(row.getLong(2), row.getLong(3))),
        organizationId,
        from,
        to);
    return actions;
  }

  /** A record of the log in short. */
  record Line(
      long sequence,
      Instant at,
      String action,
      @Nullable String targetType,
      @Nullable String targetId,
      String outcome) {}

  /** The first records of some actions in a time. */
  List<Line> lines(long organizationId, long from, long to, List<String> actions, int most) {
    List<Line> lines = new ArrayList<>();
    String marks = String.join(", ", actions.stream().map(action -> "?").toList());
    List<Object> values = new ArrayList<>(List.of(organizationId, from, to));
    values.addAll(actions);
    query(
        "SELECT sequence, recorded_at, action, target_type, target_id, outcome FROM audit_record"
            + " WHERE organization_id = ? AND recorded_at >= ? AND recorded_at < ? AND action IN ("
            + marks
            + (") ORDER BY sequence FETCH FIRST " + most + " ROWS ONLY"),
        row ->
            lines.add(
                new Line(
                    row.getLong(1),
                    Instant.ofEpochMilli(row.getLong(2)),
                    row.getString(3),
                    row.getString(4),
                    row.getString(5),
                    row.getString(6))),
        values.toArray());
    return lines;
  }

  /**
   * An alert as reports show it.
   *
   * @param occurrences up to now, as everything that goes on after the month
   */
  record Alert(
      long id,
      String kind,
      String severity,
      String status,
      String subject,
      String title,
      long occurrences,
      Instant firstSeen,
      Instant lastSeen,
      @Nullable String acknowledgedBy,
      @Nullable String resolvedBy,
      @Nullable Instant resolvedAt,
      String answer) {}

  /** The latest alerts that were raised or went on in a time, the oldest of them first. */
  List<Alert> alerts(long organizationId, long from, long to, int most) {
    List<Alert> alerts = new ArrayList<>();
    query(
        "SELECT id, kind, severity, status, subject, title, occurrences, first_seen, last_seen,"
            + " acknowledged_by, resolved_by, resolved_at, answer FROM alert"
            + " WHERE organization_id = ? AND first_seen < ? AND (last_seen >= ? OR resolved_at"
            + (" >= ?) ORDER BY id DESC FETCH FIRST " + most + " ROWS ONLY"),
        row ->
            alerts.add(
                0,
                new Alert(
                    row.getLong(1),
                    row.getString(2),
                    row.getString(3),
                    row.getString(4),
                    row.getString(5),
                    row.getString(6),
                    row.getLong(7),
                    Instant.ofEpochMilli(row.getLong(8)),
                    Instant.ofEpochMilli(row.getLong(9)),
                    row.getString(10),
                    row.getString(11),
                    instant(row, 12),
                    row.getString(13))),
        organizationId,
        to,
        from,
        from);
    return alerts;
  }

  /** Sums of alerts that were raised in a time. */
  record AlertSum(String kind, String severity, long raised, long occurrences, long unresolved) {}

  /** How many alerts of each kind and severity were raised in a time. */
  List<AlertSum> alertSums(long organizationId, long from, long to) {
    List<AlertSum> sums = new ArrayList<>();
    query(
        "SELECT kind, severity, COUNT(*), SUM(occurrences),"
            + " SUM(CASE WHEN status = 'resolved' THEN 0 ELSE 1 END) FROM alert"
            + " WHERE organization_id = ? AND first_seen >= ? AND first_seen < ?"
            + " GROUP BY kind, severity ORDER BY kind, severity",
        row ->
            sums.add(
                new AlertSum(
                    row.getString(1),
                    row.getString(2),
                    row.getLong(3),
                    row.getLong(4),
                    row.getLong(5))),
        organizationId,
        from,
        to);
    return sums;
  }

  /** Where the audit log tells of alerts, by the alert's number: {@code alert.raised 17}. */
  Map<Long, List<String>> alertRecords(long organizationId, long since) {
    Map<Long, List<String>> records = new TreeMap<>();
    query(
        "SELECT target_id, action, sequence FROM audit_record WHERE organization_id = ?"
            + " AND target_type = 'alert' AND recorded_at >= ? ORDER BY sequence",
        row ->
            records
                .computeIfAbsent(Long.valueOf(row.getString(1)), fresh -> new ArrayList<>())
                .add(row.getString(2) + " " + row.getLong(3)),
        organizationId,
        since);
    return records;
  }

  /** Credits that were put on keys in a time, by the key's number. */
  Map<Long, Long> creditsBought(long organizationId, long from, long to) {
    Map<Long, Long> bought = new TreeMap<>();
    query(
        "SELECT e.api_key_id, SUM(e.amount) FROM credit_entry e JOIN api_key k ON k.id ="
            + " e.api_key_id WHERE k.organization_id = ? AND e.written_at >= ? AND e.written_at < ?"
            + " AND e.kind IN ('opened', 'topped_up') GROUP BY e.api_key_id",
        row -> bought.put(row.getLong(1), row.getLong(2)),
        organizationId,
        from,
        to);
    return bought;
  }

  String organization(long id) {
    List<String> names = new ArrayList<>();
    query("SELECT name FROM organization WHERE id = ?", row -> names.add(row.getString(1)), id);
    return names.isEmpty() ? "" : names.get(0);
  }

  /** The retention periods by class of data. */
  Map<String, String> retention() {
    Map<String, String> periods = new TreeMap<>();
    query(
        "SELECT data_class, period FROM retention",
        row -> periods.put(row.getString(1), row.getString(2)));
    return periods;
  }

  /** The latest signed checkpoint; empty before the first. */
  String checkpoint() {
    List<String> notes = new ArrayList<>();
    query(
        "SELECT note FROM audit_checkpoint WHERE tree_size ="
            + " (SELECT MAX(tree_size) FROM audit_checkpoint)",
        row -> notes.add(row.getString(1)));
    return notes.isEmpty() ? "" : notes.get(0);
  }

  /** The number that a query of one organization answers. */
  long count(String sql, Object... values) {
    long[] count = {0};
    query(sql, row -> count[0] = row.getLong(1), values);
    return count[0];
  }

  private Map<Long, List<String>> texts(String sql, long organizationId) {
    Map<Long, List<String>> texts = new TreeMap<>();
    query(
        sql,
        row ->
            texts.computeIfAbsent(row.getLong(1), fresh -> new ArrayList<>()).add(row.getString(2)),
        organizationId);
    return texts;
  }

  private static @Nullable Instant instant(ResultSet row, int column) throws SQLException {
    long millis = row.getLong(column);
    return row.wasNull() ? null : Instant.ofEpochMilli(millis);
  }

  private void query(String sql, StoredRows.Taker each, Object... values) {
    try {
      StoredRows.read(store.unwrap(Connection.class), sql, List.of(values), each);
    } catch (SQLException e) {
      throw new IllegalStateException("what a report needs can't be read", e);
    }
  }
}
