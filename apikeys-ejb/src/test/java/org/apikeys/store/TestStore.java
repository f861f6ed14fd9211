package org.apikeys.store;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import jakarta.ejb.TransactionAttributeType;
import jakarta.persistence.EntityManager;
import jakarta.persistence.EntityManagerFactory;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.apikeys.setting.Settings;
import org.eclipse.persistence.jpa.PersistenceProvider;
import org.eclipse.persistence.logging.AbstractSessionLog;
import org.eclipse.persistence.logging.SessionLog;
import org.eclipse.persistence.logging.SessionLogEntry;
import org.eclipse.persistence.sessions.Session;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Assumptions;

/**
 * A real store for tests: embedded Derby or a real PostgreSQL, each opened once, migrated as in the
 * server, and emptied for each test.
 */
public final class TestStore {
  /** The organization that every emptied store has. */
  public static final long DEFAULT = 1;

  private static final List<String> TABLES =
      List.of(
          "report_file",
          "report_job",
          "report_schedule",
          "alert_concern",
          "alert",
          "alert_rule",
          "failed_validation",
          "security_profile",
          "usage_total",
          "usage_call",
          "usage_batch",
          "usage_rollup",
          "limit_counter",
          "limit_state",
          "cluster_node",
          "change_receipt",
          "credit_account",
          "credit_entry",
          "key_secret",
          "import_secret",
          "imported_hash",
          "user_key",
          "key_use",
          "key_trial",
          "key_trial_count",
          "permission_set_version",
          "permission_set",
          "plugin_setting",
          "plugin_node",
          "api_key_version",
          "api_key_count",
          "api_key_term",
          "api_key",
          "webhook_delivery",
          "webhook",
          "mail",
          "notice",
          "campaign_item",
          "campaign",
          "key_request_delegation",
          "key_request",
          "policy_set",
          "sign_in_failure",
          "person",
          "organization",
          "audit_record",
          "audit_outbox",
          "audit_mention",
          "audit_subject_key",
          "audit_purge",
          "legal_hold",
          "audit_tile",
          "audit_checkpoint",
          "pepper_version",
          "restored_backup",
          "change_feed",
          "idempotent_call");

  private static @Nullable TestStore derby;
  private static @Nullable TestStore postgres;

  private final Map<String, String> settings;
  private final StoreDataSource source;
  private final Transactions transactions;

  private TestStore(Map<String, String> settings, Map<String, Object> access) {
    this.settings = Map.copyOf(settings);
    Settings read = new Settings(name -> Optional.ofNullable(settings.get(name)));
    source = new StoreDataSource(read);
    Migrations.run(read);
    Map<String, Object> properties = new HashMap<>(access);
    properties.put("jakarta.persistence.transactionType", "RESOURCE_LOCAL");
    properties.put("jakarta.persistence.jtaDataSource", "");
    EntityManagerFactory factory =
        new PersistenceProvider().createEntityManagerFactory("apikeys", properties);
    if (factory == null) {
      throw new IllegalStateException("there is no persistence unit apikeys");
    }
    transactions = new Transactions(factory);
  }

  /** The embedded store. */
  public static synchronized TestStore derby() {
    if (derby == null) {
      // nothing here outlives the process, so nothing is forced to disk
      System.setProperty("derby.system.durability", "test");
      Path folder = newFolder();
      System.setProperty("derby.stream.error.file", folder.resolve("derby.log").toString());
      derby =
          new TestStore(
              Map.of("apikeys.data.dir", folder.toString()),
              Map.of(
                  "eclipselink.session-name", "derby",
                  "eclipselink.target-database", "Derby",
                  "jakarta.persistence.jdbc.driver", "org.apache.derby.iapi.jdbc.AutoloadedDriver",
                  "jakarta.persistence.jdbc.url", "jdbc:derby:" + folder.resolve("derby")));
    }
    return derby;
  }

  /** A real PostgreSQL; tests on it are left out when {@code tests.derby.only} says so. */
  public static synchronized TestStore postgres() {
    Assumptions.assumeFalse(Boolean.getBoolean("tests.derby.only"), "on Derby only");
    if (postgres == null) {
      try {
        EmbeddedPostgres server = EmbeddedPostgres.builder().start();
        String url = "jdbc:postgresql://127.0.0.1:" + server.getPort() + "/postgres";
        postgres =
            new TestStore(
                Map.of(
                    "apikeys.data.dir",
                    newFolder().toString(),
                    "apikeys.db.url",
                    url,
                    "apikeys.db.user",
                    "postgres"),
                Map.of(
                    "eclipselink.session-name", "postgres",
                    "eclipselink.target-database", "PostgreSQL",
                    "jakarta.persistence.jdbc.driver", "org.postgresql.Driver",
                    "jakarta.persistence.jdbc.url", url,
                    "jakarta.persistence.jdbc.user", "postgres"));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    return postgres;
  }

  /** Settings of an embedded store that is not there yet. */
  public static Map<String, String> settingsOfNewDerby() {
    return Map.of("apikeys.data.dir", newFolder().resolve("data").toString());
  }

  /** Settings of a database without a table, on the real PostgreSQL. */
  public static Map<String, String> settingsOfNewPostgres() {
    TestStore server = postgres();
    String name = "fresh_" + System.nanoTime();
    server.execute("CREATE DATABASE " + name);
    String url = String.valueOf(server.settings.get("apikeys.db.url"));
    return Map.of(
        "apikeys.data.dir",
        newFolder().resolve("data").toString(),
        "apikeys.db.url",
        url.substring(0, url.lastIndexOf('/') + 1) + name,
        "apikeys.db.user",
        "postgres");
  }

  /** A store of these settings, for one test alone. */
  public static TestStore of(Map<String, String> settings) {
    String url = settings.get("apikeys.db.url");
    Map<String, Object> access = new HashMap<>();
    access.put("eclipselink.session-name", "store " + System.nanoTime());
    access.put("eclipselink.target-database", url == null ? "Derby" : "PostgreSQL");
    access.put(
        "jakarta.persistence.jdbc.driver",
        url == null ? "org.apache.derby.iapi.jdbc.AutoloadedDriver" : "org.postgresql.Driver");
    access.put(
        "jakarta.persistence.jdbc.url",
        url == null ? "jdbc:derby:" + settings.get("apikeys.data.dir") + "/derby" : url);
    if (url != null) {
      access.put("jakarta.persistence.jdbc.user", "postgres");
    }
    return new TestStore(settings, access);
  }

  /** A folder that is gone when the tests are. */
  public static Path newFolder() {
    try {
      Path folder = Files.createTempDirectory("apikeys-test");
      Runtime.getRuntime().addShutdownHook(new Thread(() -> delete(folder)));
      return folder;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void delete(Path folder) {
    try (var files = Files.walk(folder)) {
      files.sorted((a, b) -> b.compareTo(a)).forEach(file -> file.toFile().delete());
    } catch (IOException e) {
      // what stays is in the temporary folder
    }
  }

  Transactions transactions() {
    return transactions;
  }

  /** Stands for the entity manager of the thread's transaction. */
  public EntityManager manager() {
    return transactions.proxy();
  }

  public boolean isPostgres() {
    return settings.containsKey("apikeys.db.url");
  }

  /** The settings that lead to this store. */
  Map<String, String> settings() {
    return settings;
  }

  /** Leaves the default organization, the leases and nothing else. */
  public TestStore emptied() {
    for (String table : TABLES) {
      execute("DELETE FROM " + table);
    }
    execute("UPDATE audit_head SET last_sequence = 0, tree_size = 0");
    forgetCheckpoint();
    execute("UPDATE lease SET holder = NULL, ends_at = 0");
    addOrganization(DEFAULT);
    return this;
  }

  /** A log that begins anew has nothing to remember. */
  private void forgetCheckpoint() {
    try {
      Files.deleteIfExists(
          Path.of(String.valueOf(settings.get("apikeys.data.dir")), "audit.checkpoint"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public void addOrganization(long id) {
    execute(
        "INSERT INTO organization (id, name, name_key, is_active, created_at, updated_at, version)"
            + (" VALUES (" + id + ", 'Org " + id + "', 'org " + id + "', TRUE, 0, 0, 1)"));
  }

  /** How this store writes no bytes at all. */
  public String emptyBytes() {
    return settings.containsKey("apikeys.db.url") ? "''::bytea" : "CAST(X'' AS BLOB)";
  }

  /** A person who can't sign in: the stored hash is of no password. */
  public void addPerson(long id, long organization, String username, String roles) {
    execute(
        "INSERT INTO person (id, organization_id, username, username_key, password_hash, roles,"
            + " is_active, created_at, updated_at, version) VALUES ("
            + (id + ", " + organization + ", '" + username + "', LOWER('" + username + "'),")
            + (" 'none', '" + roles + "', TRUE, 0, 0, 1)"));
  }

  /** An administrator, a developer and a manager of the default organization, numbered from 1. */
  public void addStaff() {
    addPerson(1, DEFAULT, "admin", "admin");
    addPerson(2, DEFAULT, "dora", "developer");
    addPerson(3, DEFAULT, "max", "manager");
  }

  /** Makes the work in a transaction, as a door does. */
  public <T extends @Nullable Object> T inTransaction(Supplier<T> work) {
    try {
      return transactions.run(TransactionAttributeType.REQUIRED, work::get);
    } catch (RuntimeException e) {
      throw e;
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  public void inTransaction(Runnable work) {
    this.<@Nullable Object>inTransaction(
        () -> {
          work.run();
          return null;
        });
  }

  /**
   * What the work sends to the store by the entity manager: statements, and ends of transactions.
   */
  public List<String> sent(Runnable work) {
    Session session = transactions.factory().unwrap(Session.class);
    SessionLog before = session.getSessionLog();
    List<String> sent = Collections.synchronizedList(new ArrayList<>());
    session.setSessionLog(
        new AbstractSessionLog() {
          @Override
          public boolean shouldLog(int level, String category) {
            return SessionLog.SQL.equals(category) || SessionLog.TRANSACTION.equals(category);
          }

          @Override
          public void log(SessionLogEntry entry) {
            String message = String.valueOf(entry.getMessage());
            if (SessionLog.SQL.equals(entry.getNameSpace()) || message.contains("commit")) {
              sent.add(message);
            }
          }
        });
    try {
      work.run();
    } finally {
      session.setSessionLog(before);
    }
    return sent;
  }

  /** Runs one statement, outside of any transaction of the thread. */
  public int execute(String sql) {
    try (Connection connection = source.getConnection();
        Statement statement = connection.createStatement()) {
      return statement.executeUpdate(sql);
    } catch (SQLException e) {
      throw new IllegalStateException(sql, e);
    }
  }

  /** The first column of what is committed: numbers as {@link Long}, the rest as text. */
  public List<Object> column(String sql) {
    try (Connection connection = source.getConnection();
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(sql)) {
      List<Object> column = new ArrayList<>();
      while (rows.next()) {
        Object value = rows.getObject(1);
        column.add(value instanceof Number number ? number.longValue() : rows.getString(1));
      }
      return column;
    } catch (SQLException e) {
      throw new IllegalStateException(sql, e);
    }
  }

  /** The one number that a query answers. */
  public long number(String sql) {
    return (Long) column(sql).get(0);
  }
}
