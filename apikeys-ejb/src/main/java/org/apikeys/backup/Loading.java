package org.apikeys.backup;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Types;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.apikeys.store.StoreTables;
import org.jspecify.annotations.Nullable;

/** Puts rows into tables, in batches. */
final class Loading implements AutoCloseable {
  private static final int BATCH = 500;

  private final Connection connection;
  private @Nullable PreparedStatement insert;
  private List<Integer> types = List.of();
  private int waiting;

  Loading(Connection connection) {
    this.connection = connection;
  }

  /** Begins a table: what it is called, and its columns in the order of the rows. */
  void table(JsonNode line) throws SQLException {
    flush();
    close();
    String table = StoreTables.plain(line.path("table").asText());
    List<String> columns = new ArrayList<>();
    line.path("columns").forEach(name -> columns.add(StoreTables.plain(name.asText())));
    String names = String.join(", ", columns);
    try (PreparedStatement query =
        connection.prepareStatement("SELECT " + names + " FROM " + table)) {
      List<Integer> found = new ArrayList<>();
      for (int i = 1; i <= columns.size(); i++) {
        found.add(query.getMetaData().getColumnType(i));
      }
      types = List.copyOf(found);
    }
    insert =
        connection.prepareStatement(
            "INSERT INTO "
                + (table + " (" + names + ") VALUES (")
                + String.join(", ", Collections.nCopies(columns.size(), "?"))
                + ")");
  }

  void row(JsonNode row) throws SQLException, IOException {
    PreparedStatement statement = insert;
    if (statement == null || row.size() != types.size()) {
      throw new BackupRefused("The backup has a row that belongs to no table.");
    }
    for (int i = 0; i < types.size(); i++) {
      bind(statement, i + 1, types.get(i), row.get(i));
    }
    statement.addBatch();
    waiting++;
    if (waiting == BATCH) {
      flush();
    }
  }

  private static void bind(PreparedStatement insert, int place, int type, JsonNode value)
      throws SQLException, IOException {
    if (value.isNull()) {
      insert.setNull(place, type);
      return;
    }
    switch (type) {
      case Types.BIGINT, Types.INTEGER, Types.SMALLINT -> insert.setLong(place, value.asLong());
      case Types.BOOLEAN, Types.BIT -> insert.setBoolean(place, value.asBoolean());
      case Types.DOUBLE, Types.FLOAT, Types.REAL -> insert.setDouble(place, value.asDouble());
      case Types.DECIMAL, Types.NUMERIC -> insert.setBigDecimal(place, value.decimalValue());
      case Types.BLOB, Types.BINARY, Types.VARBINARY, Types.LONGVARBINARY ->
          insert.setBytes(place, value.binaryValue());
      default -> insert.setString(place, value.asText());
    }
  }

  /** Writes what waits. */
  void flush() throws SQLException {
    if (insert != null && waiting > 0) {
      insert.executeBatch();
    }
    waiting = 0;
  }

  @Override
  public void close() throws SQLException {
    if (insert != null) {
      insert.close();
      insert = null;
    }
  }
}
