package org.apikeys.usage;

import jakarta.annotation.security.PermitAll;
import jakarta.ejb.Stateless;
import jakarta.enterprise.event.Event;
import jakarta.inject.Inject;
import jakarta.persistence.EntityManager;
import jakarta.persistence.PersistenceContext;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.apikeys.api.verify.CallsRolledUp;
import org.apikeys.store.InList;
import org.apikeys.store.Leases;
import org.apikeys.store.Pieces;
import org.apikeys.store.Upsert;

/**
 * Rolls calls up by minute, quarter of an hour, hour and day. Nodes write what they have counted in
 * batches; one node at a time adds them to the sums, each batch once: marking it and adding it is
 * one transaction under the lock of the lease. A call that was reported late is added where it
 * belongs.
 */
@Stateless
public class RollUps {
  /** How often batches are looked for. */
  public static final Duration PERIOD = Duration.ofSeconds(1);

  private static final String LEASE = "usage-rollup";
  private static final Duration LEASE_LENGTH = Duration.ofSeconds(30);

  /** Those who watch live have this long to read a batch that is rolled up. */
  private static final Duration READABLE = Duration.ofSeconds(30);

  /** As many batches are added at once. */
  static final int MOST_BATCHES = 100;

  /**
   * So many keys and organizations are added at once: what is held for them is thrown away before
   * it gets old, since a collector stops everything to move what lives longer.
   */
  private static final int SUBJECTS_AT_ONCE = 200;

  private static final String COLUMNS =
      "requests, denied, errors, bytes_in, bytes_out, timed, response_micros, sketch";

  private static final String THIS_ROW =
      " WHERE subject = ? AND grain = ? AND bucket = ? AND kind = ? AND item = ?";
  private static final String ADD =
      "UPDATE usage_rollup SET requests = requests + ?, denied = denied + ?, errors = errors + ?, "
          + Saturated.add("bytes_in")
          + ", "
          + Saturated.add("bytes_out")
          + THIS_ROW;
  private static final String REPLACE =
      "UPDATE usage_rollup SET requests = ?, denied = ?, errors = ?, bytes_in = ?,"
          + " bytes_out = ?, timed = ?, response_micros = ?, sketch = ?"
          + THIS_ROW;
  private static final String INSERT =
      "INSERT INTO usage_rollup ("
          + COLUMNS
          + ", organization_id, subject, grain, bucket, kind, item)"
          + " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";

  @PersistenceContext EntityManager store;
  private final Event<CallsRolledUp> rolledUp;
  private final Leases leases;
  private final Clock clock;

  @Inject
  public RollUps(Event<CallsRolledUp> rolledUp, Leases leases, Clock clock) {
    this.rolledUp = rolledUp;
    this.leases = leases;
    this.clock = clock;
  }

  @SuppressWarnings("NullAway")
  public RollUps() {
    rolledUp = null;
    leases = null;
    clock = null;
  }

  private record Bucket(Grain grain, long start) {}

  private record Row(long subject, Kind kind, String item, long organizationId) {}

  /** A row with its bucket, as it is written. */
  private record Written(Bucket bucket, Row row, Sums sums) {}

  /** How many batches wait. */
  @PermitAll
  public long waitingBySystem() {
    return ((Number)
            store
                .createNativeQuery("SELECT COUNT(*) FROM usage_batch WHERE rolled_at IS NULL")
                .getSingleResult())
        .longValue();
  }

  /** Adds what was counted since the last time; answers how many batches that were. */
  public int advance() {
    // this row stays locked until all is committed: a node that was paused can't add meanwhile
    if (!leases.tryAcquire(LEASE, LEASE_LENGTH)) {
      return 0;
    }
    Connection connection = store.unwrap(Connection.class);
    try {
      UsageBatch all = new UsageBatch();
      int taken = take(connection, all);
      if (taken > 0) {
        add(connection, all);
        rolledUp.fire(new CallsRolledUp(UsageTotals.add(connection, all)));
      }
      return taken;
    } catch (SQLException e) {
      throw new IllegalStateException("calls can't be rolled up", e);
    }
  }

  private int take(Connection connection, UsageBatch all) throws SQLException {
    List<Long> ids = new ArrayList<>();
    try (PreparedStatement waiting =
            connection.prepareStatement(
                "SELECT id, cells FROM usage_batch WHERE rolled_at IS NULL ORDER BY id"
                    + " FETCH FIRST "
                    + MOST_BATCHES
                    + " ROWS ONLY");
        ResultSet rows = waiting.executeQuery()) {
      while (rows.next()) {
        ids.add(rows.getLong(1));
        all.add(UsageBatch.read(rows.getBytes(2)));
      }
    }
    try (PreparedStatement mark =
        connection.prepareStatement("UPDATE usage_batch SET rolled_at = ? WHERE id = ?")) {
      for (long id : ids) {
        mark.setLong(1, clock.millis());
        mark.setLong(2, id);
        mark.addBatch();
      }
      if (!ids.isEmpty()) {
        mark.executeBatch();
      }
    }
    return ids.size();
  }

  private static void add(Connection connection, UsageBatch batch) throws SQLException {
    Map<Long, List<Map.Entry<Cell, Sums>>> bySubject = new TreeMap<>();
    for (Map.Entry<Cell, Sums> counted : batch.cells().entrySet()) {
      for (long subject : subjects(counted.getKey())) {
        bySubject.computeIfAbsent(subject, fresh -> new ArrayList<>()).add(counted);
      }
    }
    for (List<Long> some : Pieces.of(List.copyOf(bySubject.keySet()), SUBJECTS_AT_ONCE)) {
      for (Grain grain : Grain.values()) {
        for (Map.Entry<Bucket, Map<Row, Sums>> bucket :
            byBucket(grain, some, bySubject).entrySet()) {
          add(connection, bucket.getKey(), bucket.getValue());
        }
      }
    }
  }

  /** Whose sums a cell is part of: the key's, and its organization's, which are below zero. */
  private static long[] subjects(Cell cell) {
    return new long[] {cell.keyId(), -cell.organizationId()};
  }

  private static Map<Bucket, Map<Row, Sums>> byBucket(
      Grain grain, List<Long> subjects, Map<Long, List<Map.Entry<Cell, Sums>>> bySubject) {
    Map<Bucket, Map<Row, Sums>> buckets = new HashMap<>();
    for (long subject : subjects) {
      for (Map.Entry<Cell, Sums> counted : bySubject.getOrDefault(subject, List.of())) {
        Cell cell = counted.getKey();
        Map<Row, Sums> rows =
            buckets.computeIfAbsent(
                new Bucket(grain, grain.bucket(cell.minute())), fresh -> new HashMap<>());
        for (Kind kind : Kind.values()) {
          add(
              rows,
              new Row(subject, kind, kind.item(cell), cell.organizationId()),
              counted.getValue());
        }
      }
    }
    return buckets;
  }

  private static void add(Map<Row, Sums> rows, Row row, Sums sums) {
    if (!row.kind().isLeft(row.item())) {
      rows.computeIfAbsent(row, fresh -> new Sums()).add(sums);
    } else if (sums.isTimed()) {
      rows.computeIfAbsent(row, fresh -> new Sums()).addTimes(sums);
    }
  }

  private static void add(Connection connection, Bucket bucket, Map<Row, Sums> rows)
      throws SQLException {
    List<Written> counted = new ArrayList<>();
    List<Written> timed = new ArrayList<>();
    rows.entrySet().stream()
        .map(row -> new Written(bucket, row.getKey(), row.getValue()))
        .sorted(
            Comparator.comparing((Written one) -> one.row().subject())
                .thenComparing(one -> one.row().kind())
                .thenComparing(one -> one.row().item()))
        .forEach(one -> (one.sums().isTimed() ? timed : counted).add(one));
    List<Written> fresh = Upsert.update(connection, ADD, counted, RollUps::bindAdded);
    // the store can't merge times: what is there has to be read
    fresh.addAll(mergeTimes(connection, bucket, timed));
    Upsert.insert(connection, INSERT, fresh, RollUps::bind);
  }

  /** Adds to the rows that are there; answers those that are not. */
  private static List<Written> mergeTimes(Connection connection, Bucket bucket, List<Written> timed)
      throws SQLException {
    if (timed.isEmpty()) {
      return timed;
    }
    Map<Row, Sums> rows = new HashMap<>();
    timed.forEach(one -> rows.put(one.row(), one.sums()));
    Set<Row> known = read(connection, bucket, rows);
    List<Written> there = timed.stream().filter(one -> known.contains(one.row())).toList();
    List<Written> absent = Upsert.update(connection, REPLACE, there, RollUps::bindReplaced);
    timed.stream().filter(one -> !known.contains(one.row())).forEach(absent::add);
    return absent;
  }

  /** Adds what is there already to sums; tells which of them are there. */
  private static Set<Row> read(Connection connection, Bucket bucket, Map<Row, Sums> rows)
      throws SQLException {
    Set<Row> known = new HashSet<>();
    try (PreparedStatement stored =
        connection.prepareStatement(
            "SELECT "
                + COLUMNS
                + ", subject, kind, item, organization_id FROM usage_rollup WHERE grain = ?"
                + " AND bucket = ? AND subject IN ("
                + InList.PLACES
                + ")")) {
      stored.setInt(1, bucket.grain().minutes());
      stored.setLong(2, bucket.start());
      for (InList subjects :
          InList.of(rows.keySet().stream().map(Row::subject).distinct().sorted().toList())) {
        subjects.bind(stored, 3);
        try (ResultSet row = stored.executeQuery()) {
          while (row.next()) {
            addStored(row, rows).ifPresent(known::add);
          }
        }
      }
    }
    return known;
  }

  private static Optional<Row> addStored(ResultSet row, Map<Row, Sums> rows) throws SQLException {
    Row one =
        new Row(
            row.getLong("subject"),
            Kind.of(row.getString("kind")),
            row.getString("item"),
            row.getLong("organization_id"));
    Sums sums = rows.get(one);
    if (sums == null) {
      return Optional.empty();
    }
    addStored(sums, row);
    return Optional.of(one);
  }

  /** Adds the counts of a stored row to sums, and not what is known of times. */
  static void addCounts(Sums sums, ResultSet row) throws SQLException {
    sums.requests += row.getLong("requests");
    sums.denied += row.getLong("denied");
    sums.errors += row.getLong("errors");
    sums.bytesIn = Saturated.plus(sums.bytesIn, Saturated.read(row, "bytes_in"));
    sums.bytesOut = Saturated.plus(sums.bytesOut, Saturated.read(row, "bytes_out"));
  }

  /** Adds a stored row to sums. */
  static void addStored(Sums sums, ResultSet row) throws SQLException {
    addCounts(sums, row);
    sums.timed += row.getLong("timed");
    sums.micros = Saturated.plus(sums.micros, row.getLong("response_micros"));
    byte[] sketch = row.getBytes("sketch");
    if (sketch != null) {
      sums.times().merge(sketch);
    }
  }

  private static void bind(PreparedStatement statement, Written one) throws SQLException {
    int next = bindTimes(statement, bindCounts(statement, one.sums()), one.sums());
    statement.setLong(next, one.row().organizationId());
    bindRow(statement, next + 1, one);
  }

  private static void bindAdded(PreparedStatement statement, Written one) throws SQLException {
    bindRow(statement, bindCounts(statement, one.sums()), one);
  }

  private static void bindReplaced(PreparedStatement statement, Written one) throws SQLException {
    int next = bindTimes(statement, bindCounts(statement, one.sums()), one.sums());
    bindRow(statement, next, one);
  }

  /** Answers the number of the next parameter, as those after it do. */
  private static int bindCounts(PreparedStatement statement, Sums sums) throws SQLException {
    statement.setLong(1, sums.requests);
    statement.setLong(2, sums.denied);
    statement.setLong(3, sums.errors);
    statement.setLong(4, sums.bytesIn);
    statement.setLong(5, sums.bytesOut);
    return 6;
  }

  private static int bindTimes(PreparedStatement statement, int first, Sums sums)
      throws SQLException {
    statement.setLong(first, sums.timed);
    statement.setLong(first + 1, sums.micros);
    statement.setBytes(first + 2, sums.sketch());
    return first + 3;
  }

  private static void bindRow(PreparedStatement statement, int first, Written one)
      throws SQLException {
    statement.setLong(first, one.row().subject());
    statement.setInt(first + 1, one.bucket().grain().minutes());
    statement.setLong(first + 2, one.bucket().start());
    statement.setString(first + 3, one.row().kind().word());
    statement.setString(first + 4, one.row().item());
  }

  /**
   * Clears what need not be kept: batches that are rolled up, and sums of old calls.
   *
   * @param kept those that stay
   */
  public void prune(KeptSums kept) {
    Instant now = clock.instant();
    store
        .createNativeQuery("DELETE FROM usage_batch WHERE rolled_at < ?1")
        .setParameter(1, now.minus(READABLE).toEpochMilli())
        .executeUpdate();
    for (Grain grain : Grain.values()) {
      clear(grain, kept.since(grain));
    }
  }

  private void clear(Grain grain, Instant cutoff) {
    store
        .createNativeQuery("DELETE FROM usage_rollup WHERE grain = ?1 AND bucket < ?2")
        .setParameter(1, grain.minutes())
        .setParameter(2, cutoff.toEpochMilli())
        .executeUpdate();
  }
}
