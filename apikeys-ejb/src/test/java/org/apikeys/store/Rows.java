package org.apikeys.store;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.Statement;
import java.sql.Types;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** The rows of a store, whatever its schema is: to look at, and to carry to another schema. */
final class Rows {
  private final Connection connection;

  Rows(Connection connection) {
    this.connection = connection;
  }

  List<String> columns(String table) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet none = statement.executeQuery("SELECT * FROM " + table + " WHERE 1 = 0")) {
      List<String> columns = new ArrayList<>();
      ResultSetMetaData meta = none.getMetaData();
      for (int i = 1; i <= meta.getColumnCount(); i++) {
        columns.add(meta.getColumnName(i).toLowerCase(Locale.ROOT));
      }
      return columns;
    }
  }

  /** Every table with its columns. */
  Map<String, List<String>> shape() throws SQLException {
    Map<String, List<String>> shape = new TreeMap<>();
    for (String table : new StoreTables(connection).inOrder()) {
      shape.put(table, columns(table));
    }
    return shape;
  }

  /** The rows of these tables and columns, as text. */
  Map<String, List<String>> content(Map<String, List<String>> shape) throws SQLException {
    Map<String, List<String>> content = new TreeMap<>();
    for (Map.Entry<String, List<String>> table : shape.entrySet()) {
      List<String> rows = new ArrayList<>();
      try (Statement statement = connection.createStatement();
          ResultSet found = statement.executeQuery(select(table.getKey(), table.getValue()))) {
        while (found.next()) {
          List<String> row = new ArrayList<>();
          for (int i = 1; i <= table.getValue().size(); i++) {
            row.add(table.getValue().get(i - 1) + "=" + text(found, i));
          }
          rows.add(row.toString());
        }
      }
      rows.sort(null);
      content.put(table.getKey(), rows);
    }
    return content;
  }

  private static String select(String table, List<String> columns) {
    return "SELECT " + String.join(", ", columns) + " FROM " + table;
  }

  private static boolean isBytes(ResultSet row, int column) throws SQLException {
    return switch (row.getMetaData().getColumnType(column)) {
      case Types.BLOB, Types.BINARY, Types.VARBINARY, Types.LONGVARBINARY -> true;
      default -> false;
    };
  }

  private static String text(ResultSet row, int column) throws SQLException {
    if (!isBytes(row, column)) {
      return String.valueOf(row.getString(column));
    }
    byte[] bytes = row.getBytes(column);
    return bytes == null ? "null" : HexFormat.of().formatHex(bytes);
  }

  /**
   * Makes another store's rows this one's, as far as this one has tables and columns for them. The
   * leases stay: nobody works here.
   */
  void take(Connection from) throws SQLException {
    List<String> tables = new ArrayList<>(new StoreTables(connection).inOrder());
    tables.remove("lease");
    Collections.reverse(tables);
    try (Statement statement = connection.createStatement()) {
      for (String table : tables) {
        statement.executeUpdate("DELETE FROM " + table);
      }
    }
    Collections.reverse(tables);
    for (String table : tables) {
      take(from, table);
    }
    StoreTables own = new StoreTables(connection);
    for (Map.Entry<String, Long> next : new StoreTables(from).sequences().entrySet()) {
      if (own.sequences().containsKey(next.getKey())) {
        own.setSequence(next.getKey(), next.getValue());
      }
    }
    for (Map.Entry<String, Long> next : new StoreTables(from).identities().entrySet()) {
      if (own.identities().containsKey(next.getKey())) {
        own.setIdentity(next.getKey(), next.getValue());
      }
    }
  }

  private void take(Connection from, String table) throws SQLException {
    List<String> columns = columns(table);
    String places = String.join(", ", Collections.nCopies(columns.size(), "?"));
    try (Statement statement = from.createStatement();
        ResultSet rows = statement.executeQuery(select(table, columns));
        PreparedStatement insert =
            connection.prepareStatement(
                ("INSERT INTO " + table + " (" + String.join(", ", columns))
                    + (") VALUES (" + places + ")"))) {
      while (rows.next()) {
        for (int i = 1; i <= columns.size(); i++) {
          bind(insert, rows, i);
        }
        insert.addBatch();
      }
      insert.executeBatch();
    }
  }

  private static void bind(PreparedStatement insert, ResultSet row, int column)
      throws SQLException {
    int type = row.getMetaData().getColumnType(column);
    // a large value can be read once
    Object value =
        isBytes(row, column)
            ? row.getBytes(column)
            : type == Types.CLOB ? row.getString(column) : row.getObject(column);
    if (value == null) {
      insert.setNull(column, type);
    } else if (value instanceof byte[] bytes) {
      insert.setBytes(column, bytes);
    } else {
      insert.setObject(column, value);
    }
  }
}
