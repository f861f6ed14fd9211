package org.apikeys.request;

import static org.apikeys.key.Orders.DORA;
import static org.apikeys.key.Orders.MAX;

import jakarta.persistence.EntityManager;
import java.lang.management.ManagementFactory;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.apikeys.key.KeyIssuer;
import org.apikeys.key.Orders;
import org.apikeys.store.TestServices;
import org.apikeys.store.TestStore;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * How quickly keys are created beside bare inserts of the same rows, and how quickly requests are
 * approved, on PostgreSQL. Run by {@code bench/management/run.sh}, and by nothing else.
 */
class ManagementBench {
  private static final int TURNS = 5;

  /** As many until the code of both is compiled. */
  private static final int WARM_UP = 8;

  private static final int KEYS = 300;
  private static final int REQUESTS = 600;
  private static final int APPROVERS = 4;

  private final TestStore store = TestStore.postgres().emptied();
  private final TestServices services = new TestServices(store);

  private long cpuNanos;

  /** A row that is there, to be inserted again under another key's number. */
  private record Row(String table, List<String> columns, List<@Nullable Object> values) {

    static List<Row> of(Connection connection, String table, String where) throws SQLException {
      List<Row> rows = new ArrayList<>();
      try (Statement statement = connection.createStatement();
          ResultSet found = statement.executeQuery("SELECT * FROM " + table + " WHERE " + where)) {
        ResultSetMetaData columns = found.getMetaData();
        while (found.next()) {
          Row row = new Row(table, new ArrayList<>(), new ArrayList<>());
          for (int i = 1; i <= columns.getColumnCount(); i++) {
            // what the store numbers itself it numbers here too
            if (!columns.isAutoIncrement(i)) {
              row.columns.add(columns.getColumnName(i));
              row.values.add(found.getObject(i));
            }
          }
          rows.add(row);
        }
      }
      return rows;
    }

    void insert(Connection connection, long keyId) throws SQLException {
      String sql =
          "INSERT INTO "
              + table
              + " ("
              + String.join(", ", columns)
              + ") VALUES ("
              + String.join(", ", Collections.nCopies(columns.size(), "?"))
              + ")";
      try (PreparedStatement insert = connection.prepareStatement(sql)) {
        for (int i = 0; i < columns.size(); i++) {
          String column = columns.get(i);
          Object value = values.get(i);
          if (column.equals("api_key_id") || (column.equals("id") && table.equals("api_key"))) {
            value = keyId;
          } else if (column.equals("digest")) {
            value = String.format(Locale.ROOT, "%064d", keyId);
          }
          insert.setObject(i + 1, value);
        }
        insert.executeUpdate();
      }
    }
  }

  private void people() {
    store.addPerson(1, TestStore.DEFAULT, "admin", "admin");
    store.addPerson(2, TestStore.DEFAULT, "dora", "developer");
    store.addPerson(3, TestStore.DEFAULT, "max", "manager");
  }

  /** CPU time of this thread since the last time that it was asked for. */
  private double cpuMicros() {
    long now = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
    double since = (now - cpuNanos) / 1e3;
    cpuNanos = now;
    return since;
  }

  private static double seconds(long began) {
    return (System.nanoTime() - began) / 1e9;
  }

  private long issue(int number) {
    return services
        .get(KeyIssuer.class)
        .issue(
            Orders.admin(),
            Orders.from("{\"name\": \"key " + number + "\", \"scopes\": [\"agents:read\"]}"))
        .view()
        .id();
  }

  @Test
  void measures() throws Exception {
    people();
    creating();
    approving();
  }

  private void creating() throws SQLException {
    long template = issue(0);
    EntityManager manager = store.manager();
    List<Row> rows = new ArrayList<>();
    store.inTransaction(
        () -> {
          Connection connection = manager.unwrap(Connection.class);
          try {
            rows.addAll(Row.of(connection, "api_key", "id = " + template));
            for (String table :
                List.of("api_key_count", "api_key_term", "key_secret", "api_key_version")) {
              rows.addAll(Row.of(connection, table, "api_key_id = " + template));
            }
            for (String table : List.of("change_feed", "audit_outbox")) {
              rows.addAll(Row.of(connection, table, "id = (SELECT MAX(id) FROM " + table + ")"));
            }
          } catch (SQLException e) {
            throw new IllegalStateException(e);
          }
        });
    System.out.println("BENCH rows of a key: " + rows.size());
    double[] ratios = new double[TURNS];
    long next = 1_000_000;
    int number = 1;
    for (int turn = -WARM_UP; turn < TURNS; turn++) {
      cpuMicros();
      long began = System.nanoTime();
      for (int i = 0; i < KEYS; i++) {
        bare(manager, rows, next++);
      }
      double bare = KEYS / seconds(began);
      double bareMicros = cpuMicros() / KEYS;
      began = System.nanoTime();
      for (int i = 0; i < KEYS; i++) {
        issue(number++);
      }
      double issued = KEYS / seconds(began);
      double micros = cpuMicros() / KEYS;
      if (turn >= 0) {
        ratios[turn] = issued / bare;
        System.out.println(
            "BENCH creating: "
                + String.format(
                    Locale.ROOT,
                    "%.0f keys/s, %.0f bare/s, %.2f; CPU time in this process %.0f and %.0f us",
                    issued,
                    bare,
                    ratios[turn],
                    micros,
                    bareMicros));
      }
    }
    Arrays.sort(ratios);
    System.out.println(
        "BENCH creating, median: " + String.format(Locale.ROOT, "%.2f", ratios[TURNS / 2]));
  }

  private void bare(EntityManager manager, List<Row> rows, long keyId) {
    store.inTransaction(
        () -> {
          Connection connection = manager.unwrap(Connection.class);
          try {
            for (Row row : rows) {
              row.insert(connection, keyId);
            }
          } catch (SQLException e) {
            throw new IllegalStateException(e);
          }
        });
  }

  private void approving() throws Exception {
    List<RequestView> waiting = new ArrayList<>();
    for (int i = 0; i < REQUESTS; i++) {
      waiting.add(
          services
              .get(RequestDesk.class)
              .askForKey(
                  DORA,
                  RequestKind.NEW_KEY,
                  Orders.from("{\"name\": \"shop " + i + "\", \"scopes\": [\"agents:read\"]}"),
                  "because"));
    }
    approve(waiting.subList(0, REQUESTS / 3), 1);
    double one = approve(waiting.subList(REQUESTS / 3, REQUESTS * 2 / 3), 1);
    double many = approve(waiting.subList(REQUESTS * 2 / 3, REQUESTS), APPROVERS);
    System.out.println(
        "BENCH approving: "
            + String.format(
                Locale.ROOT, "%.0f/s by one, %.0f/s by %d at once", one, many, APPROVERS));
  }

  private double approve(List<RequestView> requests, int atOnce) throws Exception {
    ExecutorService approvers = Executors.newFixedThreadPool(atOnce);
    try {
      long began = System.nanoTime();
      List<Future<?>> all = new ArrayList<>();
      for (RequestView request : requests) {
        all.add(
            approvers.submit(
                () ->
                    services
                        .get(Approvals.class)
                        .approve(
                            MAX,
                            request.id(),
                            new Approvals.Decision("fine", request.digest(), null),
                            null)));
      }
      for (Future<?> one : all) {
        one.get();
      }
      return requests.size() / seconds(began);
    } finally {
      approvers.shutdownNow();
    }
  }
}
