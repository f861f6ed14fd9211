package org.apikeys.store;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** The tables of a store and its counters, by names in lower case, on either database. */
public final class StoreTables {
  private static final String HISTORY = "flyway_schema_history";

  private final Connection connection;
  private final boolean isDerby;

  public StoreTables(Connection connection) throws SQLException {
    this.connection = connection;
    isDerby = connection.getMetaData().getDatabaseProductName().contains("Derby");
  }

  /** The word for the kind of store. */
  public String kind() {
    return isDerby ? "derby" : "postgresql";
  }

  /** Every table, and each behind those that it refers to. */
  public List<String> inOrder() throws SQLException {
    Map<String, Set<String>> uses = new TreeMap<>();
    for (String table : tables()) {
      Set<String> others = new TreeSet<>();
      try (ResultSet keys =
          connection.getMetaData().getImportedKeys(null, connection.getSchema(), own(table))) {
        while (keys.next()) {
          others.add(lower(keys.getString("PKTABLE_NAME")));
        }
      }
      others.remove(table);
      uses.put(table, others);
    }
    List<String> ordered = new ArrayList<>();
    while (!uses.isEmpty()) {
      List<String> free =
          uses.keySet().stream().filter(table -> ordered.containsAll(uses.get(table))).toList();
      if (free.isEmpty()) {
        throw new IllegalStateException("tables refer to each other in a circle");
      }
      ordered.addAll(free);
      free.forEach(uses::remove);
    }
    return ordered;
  }

  private List<String> tables() throws SQLException {
    List<String> tables = new ArrayList<>();
    try (ResultSet found =
        connection
            .getMetaData()
            .getTables(null, connection.getSchema(), "%", new String[] {"TABLE"})) {
      while (found.next()) {
        String name = lower(found.getString("TABLE_NAME"));
        if (!name.equals(HISTORY)) {
          tables.add(name);
        }
      }
    }
    return tables;
  }

  /** The versions of the scripts that made the schema; none before the first. */
  public List<String> versions() throws SQLException {
    try (ResultSet found =
        connection
            .getMetaData()
            .getTables(null, connection.getSchema(), HISTORY, new String[] {"TABLE"})) {
      if (!found.next()) {
        return List.of();
      }
    }
    List<String> versions = new ArrayList<>();
    try (Statement statement = connection.createStatement();
        ResultSet rows =
            statement.executeQuery(
                "SELECT \"version\" FROM \"flyway_schema_history\""
                    + " WHERE \"version\" IS NOT NULL ORDER BY \"installed_rank\"")) {
      while (rows.next()) {
        versions.add(rows.getString(1));
      }
    }
    return versions;
  }

  /** The next value of each sequence. */
  public Map<String, Long> sequences() throws SQLException {
    return isDerby
        ? numbers(
            "SELECT SEQUENCENAME, SYSCS_UTIL.SYSCS_PEEK_AT_SEQUENCE("
                + "CAST(CURRENT SCHEMA AS VARCHAR(128)), SEQUENCENAME) FROM SYS.SYSSEQUENCES q"
                + " JOIN SYS.SYSSCHEMAS s ON q.SCHEMAID = s.SCHEMAID"
                + " WHERE SCHEMANAME = CURRENT SCHEMA AND SEQUENCENAME NOT LIKE 'SYS%'")
        : numbers(
            "SELECT sequencename, COALESCE(last_value + increment_by, start_value)"
                + " FROM pg_sequences WHERE schemaname = current_schema() AND sequencename NOT IN"
                + " (SELECT split_part(pg_get_serial_sequence(quote_ident(table_name),"
                + " column_name), '.', 2) FROM information_schema.columns"
                + " WHERE table_schema = current_schema() AND is_identity = 'YES')");
  }

  /** The next number of each table that numbers its rows itself, in its column {@code id}. */
  public Map<String, Long> identities() throws SQLException {
    return isDerby
        ? numbers(
            "SELECT TABLENAME, SYSCS_UTIL.SYSCS_PEEK_AT_IDENTITY("
                + "CAST(CURRENT SCHEMA AS VARCHAR(128)), TABLENAME) FROM SYS.SYSTABLES t"
                + " JOIN SYS.SYSCOLUMNS c ON c.REFERENCEID = t.TABLEID"
                + " JOIN SYS.SYSSCHEMAS s ON t.SCHEMAID = s.SCHEMAID"
                + " WHERE SCHEMANAME = CURRENT SCHEMA AND c.AUTOINCREMENTINC IS NOT NULL"
                + " AND c.COLUMNNAME = 'ID'")
        : numbers(
            "SELECT c.table_name, COALESCE(s.last_value + s.increment_by, s.start_value)"
                + " FROM information_schema.columns c JOIN pg_sequences s"
                + " ON s.schemaname = c.table_schema AND s.sequencename = split_part("
                + "pg_get_serial_sequence(quote_ident(c.table_name), c.column_name), '.', 2)"
                + " WHERE c.table_schema = current_schema() AND c.is_identity = 'YES'"
                + " AND c.column_name = 'id'");
  }

  /** Lets a sequence go on with this value. */
  public void setSequence(String name, long next) throws SQLException {
    if (!isDerby) {
      setValue(name, next);
      return;
    }
    String known = plain(name);
    try (Statement statement = connection.createStatement()) {
      statement.execute("DROP SEQUENCE " + known + " RESTRICT");
      statement.execute(
          "CREATE SEQUENCE "
              + known
              + (next > Integer.MAX_VALUE ? " AS BIGINT" : "")
              + (" START WITH " + next));
    }
  }

  /** Lets the numbers of a table's rows go on with this one. */
  public void setIdentity(String table, long next) throws SQLException {
    if (isDerby) {
      try (Statement statement = connection.createStatement()) {
        statement.execute("ALTER TABLE " + plain(table) + " ALTER COLUMN id RESTART WITH " + next);
      }
      return;
    }
    try (PreparedStatement query =
        connection.prepareStatement("SELECT pg_get_serial_sequence(?, 'id')")) {
      query.setString(1, plain(table));
      try (ResultSet rows = query.executeQuery()) {
        rows.next();
        setValue(rows.getString(1), next);
      }
    }
  }

  private void setValue(String sequence, long next) throws SQLException {
    try (PreparedStatement set =
        connection.prepareStatement("SELECT setval(?::regclass, ?, false)")) {
      set.setString(1, sequence);
      set.setLong(2, next);
      set.execute();
    }
  }

  private Map<String, Long> numbers(String sql) throws SQLException {
    Map<String, Long> numbers = new TreeMap<>();
    try (Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(sql)) {
      while (rows.next()) {
        numbers.put(lower(rows.getString(1)), rows.getLong(2));
      }
    }
    return numbers;
  }

  private String own(String table) {
    return isDerby ? table.toUpperCase(Locale.ROOT) : table;
  }

  private static String lower(String name) {
    return name.toLowerCase(Locale.ROOT);
  }

  /** A name that can stand in a statement as it is. */
  public static String plain(String name) {
    if (!name.matches("[a-z][a-z0-9_]{0,62}")) {
      throw new IllegalArgumentException("no name of a table, column or sequence of ours");
    }
    return name;
  }
}
