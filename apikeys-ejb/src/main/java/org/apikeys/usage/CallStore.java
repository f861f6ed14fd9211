package org.apikeys.usage;

import jakarta.ejb.Stateless;
import jakarta.enterprise.event.Event;
import jakarta.inject.Inject;
import jakarta.persistence.EntityManager;
import jakarta.persistence.PersistenceContext;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.time.Clock;
import java.util.List;
import org.apikeys.api.verify.CallsCounted;
import org.apikeys.api.verify.DecisionCode;
import org.apikeys.store.Upsert;
import org.jspecify.annotations.Nullable;

/** Calls at rest: the details of each, and what they come to, to be rolled up. */
@Stateless
public class CallStore {
  private static final String INSERT =
      "INSERT INTO usage_call (id, api_key_id, organization_id, generation, code, endpoint, method,"
          + " status_code, response_micros, bytes_in, bytes_out, ip, made_at, country)"
          + " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";

  @PersistenceContext EntityManager store;
  private final Event<CallsCounted> counted;
  private final Geography geography;
  private final CallFold fold;
  private final Clock clock;

  @Inject
  public CallStore(Event<CallsCounted> counted, Geography geography, CallFold fold, Clock clock) {
    this.counted = counted;
    this.geography = geography;
    this.fold = fold;
    this.clock = clock;
  }

  @SuppressWarnings("NullAway")
  public CallStore() {
    counted = null;
    geography = null;
    fold = null;
    clock = null;
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

  /** Writes what has come, counts, details and sums: all of it or nothing. */
  public void write(CallBatch calls, List<Completion> completions) {
    Connection connection = store.unwrap(Connection.class);
    try {
      Upsert.insert(connection, INSERT, calls.details(), this::bind);
      insert(connection, withCompleted(connection, calls.sums(), completions));
    } catch (SQLException e) {
      throw new IllegalStateException("calls can't be stored", e);
    }
    if (!calls.isEmpty()) {
      counted.fire(new CallsCounted(calls.counts()));
    }
  }

  /** The sums as they are without and with what calls were completed by. */
  private UsageBatch withCompleted(
      Connection connection, UsageBatch sums, List<Completion> completions) throws SQLException {
    if (completions.isEmpty()) {
      return sums;
    }
    UsageBatch moved = new UsageBatch();
    moved.add(sums);
    for (Completion completion : completions) {
      complete(connection, completion, moved);
    }
    return moved;
  }

  private void bind(PreparedStatement insert, Call call) throws SQLException {
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
    insert.setString(14, geography.country(call.ip()));
  }

  private void insert(Connection connection, UsageBatch sums) throws SQLException {
    if (sums.isEmpty()) {
      return;
    }
    try (PreparedStatement insert =
        connection.prepareStatement("INSERT INTO usage_batch (cells, written_at) VALUES (?, ?)")) {
      insert.setBytes(1, sums.bytes());
      insert.setLong(2, clock.millis());
      insert.executeUpdate();
    }
  }

  /** A call as it was decided, and the cell that it was summed in. */
  private record Decided(Cell cell, boolean allowed, @Nullable Long in, @Nullable Long out) {}

  /**
   * Completes a call, once: takes it out of the sums that it was counted in, and counts it as what
   * it came to. Of a call without details only what is reported is added, now. What is told of
   * another key's call adds nothing.
   */
  private void complete(Connection connection, Completion completion, UsageBatch sums)
      throws SQLException {
    try (PreparedStatement known =
        connection.prepareStatement(
            "SELECT api_key_id, organization_id, code, endpoint, status_code, bytes_in, bytes_out,"
                + " made_at, country FROM usage_call WHERE id = ?")) {
      known.setLong(1, completion.callId());
      try (ResultSet row = known.executeQuery()) {
        if (!row.next()) {
          add(completion, sums);
          return;
        }
        if (row.getLong("api_key_id") != completion.keyId()) {
          return;
        }
        Decided decided = decided(row, completion);
        if (isFirst(connection, completion)) {
          move(decided, completion, sums);
        }
      }
    }
  }

  private void add(Completion completion, UsageBatch sums) {
    long minute = Math.floorDiv(clock.millis(), Cell.MINUTE_MILLIS);
    Sums now =
        sums.at(
            new Cell(
                completion.keyId(),
                completion.organizationId(),
                minute,
                DecisionCode.VALID,
                DecisionCode.VALID.status(),
                fold.endpoint(completion.keyId(), completion.endpoint(), minute),
                CallFold.word(geography.country(completion.ip()))));
    now.addBytes(completion.bytesIn(), completion.bytesOut());
    now.errors += isFailed(completion.statusCode()) ? 1 : 0;
    if (completion.responseMicros() != null) {
      now.time(completion.responseMicros());
    }
  }

  private Decided decided(ResultSet row, Completion completion) throws SQLException {
    DecisionCode code = DecisionCode.valueOf(row.getString("code"));
    long minute = Math.floorDiv(row.getLong("made_at"), Cell.MINUTE_MILLIS);
    return new Decided(
        new Cell(
            completion.keyId(),
            row.getLong("organization_id"),
            minute,
            code,
            row.getInt("status_code"),
            fold.endpoint(completion.keyId(), row.getString("endpoint"), minute),
            CallFold.word(row.getString("country"))),
        code == DecisionCode.VALID,
        row.getObject("bytes_in", Long.class),
        row.getObject("bytes_out", Long.class));
  }

  private void move(Decided decided, Completion completion, UsageBatch sums) {
    Cell before = decided.cell();
    Long in = decided.in();
    Long out = decided.out();
    sums.at(before).add(decided.allowed(), isFailed(before.status()), in, out, -1);
    int ended = completion.statusCode() == null ? before.status() : completion.statusCode();
    String country = geography.country(completion.ip());
    Sums after =
        sums.at(
            before.in(
                completion.endpoint() == null
                    ? before.endpoint()
                    : fold.endpoint(completion.keyId(), completion.endpoint(), before.minute()),
                ended,
                country == null ? before.country() : country));
    after.add(
        decided.allowed(),
        isFailed(ended),
        completion.bytesIn() == null ? in : completion.bytesIn(),
        completion.bytesOut() == null ? out : completion.bytesOut(),
        1);
    if (completion.responseMicros() != null) {
      after.time(completion.responseMicros());
    }
  }

  private static boolean isFailed(@Nullable Integer status) {
    return status != null && status >= 400;
  }

  /** Writes what the call came to; false when that was told before, here or on another node. */
  private boolean isFirst(Connection connection, Completion completion) throws SQLException {
    try (PreparedStatement details =
        connection.prepareStatement(
            "UPDATE usage_call SET completed = 1, endpoint = COALESCE(CAST(? AS VARCHAR(500)), endpoint),"
                + " method = COALESCE(CAST(? AS VARCHAR(10)), method),"
                + " status_code = COALESCE(CAST(? AS INTEGER), status_code),"
                + " response_micros = COALESCE(CAST(? AS BIGINT), response_micros),"
                + " bytes_in = COALESCE(CAST(? AS BIGINT), bytes_in),"
                + " bytes_out = COALESCE(CAST(? AS BIGINT), bytes_out),"
                + " ip = COALESCE(CAST(? AS VARCHAR(45)), ip),"
                + " country = COALESCE(CAST(? AS VARCHAR(2)), country)"
                + " WHERE id = ? AND api_key_id = ? AND completed = 0")) {
      Integer status = completion.statusCode();
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
      details.setString(8, geography.country(completion.ip()));
      details.setLong(9, completion.callId());
      details.setLong(10, completion.keyId());
      return details.executeUpdate() > 0;
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
