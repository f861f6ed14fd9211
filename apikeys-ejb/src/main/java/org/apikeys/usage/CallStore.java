package org.apikeys.usage;

import jakarta.ejb.Stateless;
import jakarta.enterprise.event.Event;
import jakarta.inject.Inject;
import jakarta.persistence.EntityManager;
import jakarta.persistence.PersistenceContext;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Types;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apikeys.api.verify.CallCounts;
import org.apikeys.api.verify.CallsCounted;
import org.apikeys.store.Upsert;
import org.apikeys.usage.CallRecorder.TallyKey;
import org.jspecify.annotations.Nullable;

/** Calls at rest: the details of each, the totals of each key. */
@Stateless
public class CallStore {
  @PersistenceContext EntityManager store;
  private final Event<CallsCounted> counted;

  @Inject
  public CallStore(Event<CallsCounted> counted) {
    this.counted = counted;
  }

  @SuppressWarnings("NullAway")
  protected CallStore() {
    counted = null;
  }

  /** The counts of one generation of a key. */
  record Counted(
      TallyKey key,
      long allowed,
      long denied,
      long failed,
      long timed,
      long micros,
      long lastUsedMillis) {
    boolean isNothing() {
      return allowed == 0 && denied == 0;
    }

    CallCounts toEvent() {
      return new CallCounts(key.keyId(), key.generation(), allowed, denied, lastUsedMillis);
    }

    Counted plus(Counted other) {
      return new Counted(
          key,
          allowed + other.allowed,
          denied + other.denied,
          failed + other.failed,
          timed + other.timed,
          micros + other.micros,
          Math.max(lastUsedMillis, other.lastUsedMillis));
    }
  }

  /** The next block of call numbers. */
  public long nextBlock() {
    boolean derby = databaseName().contains("Derby");
    String sql =
        derby
            ? "VALUES (NEXT VALUE FOR usage_call_block_seq)"
            : "SELECT nextval('usage_call_block_seq')";
    return ((Number) store.createNativeQuery(sql).getSingleResult()).longValue();
  }

  private String databaseName() {
    try {
      return store.unwrap(Connection.class).getMetaData().getDatabaseProductName();
    } catch (SQLException e) {
      throw new IllegalStateException("the store does not say what it is", e);
    }
  }

  /** Writes a batch: all of it or nothing. */
  public void write(List<Counted> counts, List<Call> calls, List<Completion> completions) {
    Connection connection = store.unwrap(Connection.class);
    try {
      insert(connection, calls);
      Map<Long, Counted> totals = new TreeMap<>();
      counts.forEach(one -> totals.merge(one.key().keyId(), one, Counted::plus));
      add(connection, totals.values());
      for (Completion completion : completions) {
        complete(connection, completion);
      }
    } catch (SQLException e) {
      throw new IllegalStateException("calls can't be stored", e);
    }
    if (!counts.isEmpty()) {
      // in the order of the keys, so that two nodes that count the same keys never wait in a circle
      counted.fire(
          new CallsCounted(
              counts.stream()
                  .sorted((a, b) -> Long.compare(a.key().keyId(), b.key().keyId()))
                  .map(Counted::toEvent)
                  .toList()));
    }
  }

  private static void insert(Connection connection, List<Call> calls) throws SQLException {
    if (calls.isEmpty()) {
      return;
    }
    try (PreparedStatement insert =
        connection.prepareStatement(
            "INSERT INTO usage_call (id, api_key_id, organization_id, generation, code, endpoint,"
                + " method, status_code, response_micros, bytes_in, bytes_out, ip, made_at)"
                + " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)")) {
      for (Call call : calls) {
        insert.setLong(1, call.id());
        insert.setLong(2, call.keyId());
        insert.setLong(3, call.organizationId());
        insert.setInt(4, call.generation());
        insert.setString(5, call.code().name());
        insert.setString(6, call.endpoint());
        insert.setString(7, call.method());
        insert.setInt(8, call.statusCode());
        setLong(insert, 9, call.responseMicros());
        setLong(insert, 10, call.bytesIn());
        setLong(insert, 11, call.bytesOut());
        insert.setString(12, call.ip());
        insert.setLong(13, call.madeAt());
        insert.addBatch();
      }
      insert.executeBatch();
    }
  }

  private static void add(Connection connection, Collection<Counted> totals) throws SQLException {
    Upsert.write(
        connection,
        "UPDATE usage_total SET allowed = allowed + ?, denied = denied + ?,"
            + " failed = failed + ?, timed = timed + ?,"
            + " response_micros = response_micros + ?, organization_id = ?"
            + " WHERE api_key_id = ?",
        "INSERT INTO usage_total (allowed, denied, failed, timed, response_micros,"
            + " organization_id, api_key_id) VALUES (?, ?, ?, ?, ?, ?, ?)",
        List.copyOf(totals),
        CallStore::bind);
  }

  private static void bind(PreparedStatement statement, Counted total) throws SQLException {
    statement.setLong(1, total.allowed());
    statement.setLong(2, total.denied());
    statement.setLong(3, total.failed());
    statement.setLong(4, total.timed());
    statement.setLong(5, total.micros());
    statement.setLong(6, total.key().organizationId());
    statement.setLong(7, total.key().keyId());
  }

  private static void complete(Connection connection, Completion completion) throws SQLException {
    try (PreparedStatement totals =
            connection.prepareStatement(
                "UPDATE usage_total SET failed = failed + ?, timed = timed + ?,"
                    + " response_micros = response_micros + ?"
                    + " WHERE api_key_id = ? AND organization_id = ?");
        PreparedStatement details =
            connection.prepareStatement(
                "UPDATE usage_call SET endpoint = COALESCE(CAST(? AS VARCHAR(500)), endpoint),"
                    + " method = COALESCE(CAST(? AS VARCHAR(10)), method),"
                    + " status_code = COALESCE(CAST(? AS INTEGER), status_code),"
                    + " response_micros = COALESCE(CAST(? AS BIGINT), response_micros),"
                    + " bytes_in = COALESCE(CAST(? AS BIGINT), bytes_in),"
                    + " bytes_out = COALESCE(CAST(? AS BIGINT), bytes_out),"
                    + " ip = COALESCE(CAST(? AS VARCHAR(45)), ip)"
                    + " WHERE id = ? AND api_key_id = ?")) {
      Integer status = completion.statusCode();
      totals.setLong(1, status != null && status >= 400 ? 1 : 0);
      totals.setLong(2, completion.responseMicros() == null ? 0 : 1);
      totals.setLong(3, completion.responseMicros() == null ? 0 : completion.responseMicros());
      totals.setLong(4, completion.keyId());
      totals.setLong(5, completion.organizationId());
      totals.executeUpdate();
      details.setString(1, completion.endpoint());
      details.setString(2, completion.method());
      if (status == null) {
        details.setNull(3, Types.INTEGER);
      } else {
        details.setInt(3, status);
      }
      setLong(details, 4, completion.responseMicros());
      setLong(details, 5, completion.bytesIn());
      setLong(details, 6, completion.bytesOut());
      details.setString(7, completion.ip());
      details.setLong(8, completion.callId());
      details.setLong(9, completion.keyId());
      details.executeUpdate();
    }
  }

  private static void setLong(PreparedStatement statement, int index, @Nullable Long value)
      throws SQLException {
    if (value == null) {
      statement.setNull(index, Types.BIGINT);
    } else {
      statement.setLong(index, value);
    }
  }
}
