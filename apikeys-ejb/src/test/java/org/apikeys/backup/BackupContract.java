package org.apikeys.backup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.sql.Types;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import org.apikeys.api.tenant.Caller;
import org.apikeys.api.verify.DecisionCode;
import org.apikeys.audit.CarriedLog;
import org.apikeys.audit.LogHealth;
import org.apikeys.audit.LogKeeper;
import org.apikeys.audit.LogVerifier;
import org.apikeys.cluster.ChangeReader;
import org.apikeys.crypto.KeyFiles;
import org.apikeys.crypto.Secret;
import org.apikeys.crypto.SecretSource;
import org.apikeys.key.IssuedKey;
import org.apikeys.key.KeyIssuer;
import org.apikeys.key.KeyKeeper;
import org.apikeys.key.Orders;
import org.apikeys.key.PepperCheck;
import org.apikeys.setting.Settings;
import org.apikeys.store.Migrations;
import org.apikeys.store.StoreDataSource;
import org.apikeys.store.StoreSnapshot;
import org.apikeys.store.StoreTables;
import org.apikeys.store.TestServices;
import org.apikeys.store.TestStore;
import org.apikeys.verify.Attempt;
import org.apikeys.verify.Verifier;
import org.junit.jupiter.api.Test;

/** A copy of everything begins a server anew, on either store, or is refused. */
interface BackupContract {
  String PASSPHRASE = "correct horse battery staple";
  Attempt ANY = new Attempt(null, null, null, null, 0);

  TestStore store();

  /** What a test backs up. */
  record Filled(TestServices services, IssuedKey key) {}

  default Filled filled() {
    TestServices services = new TestServices(store().emptied());
    store().addPerson(1, TestStore.DEFAULT, "admin", "admin");
    services.get(ChangeReader.class).read();
    services.get(PepperCheck.class).run();
    IssuedKey key = null;
    for (int i = 0; i < 10; i++) {
      key =
          services
              .get(KeyIssuer.class)
              .issue(Orders.admin(), Orders.aKey("key \u00e4\u20ac\ud83d\udd11 " + i));
    }
    IssuedKey last = services.get(KeyIssuer.class).issue(Orders.admin(), Orders.aKey("left"));
    services.get(KeyKeeper.class).revoke(Orders.admin(), last.view().id(), "left", null);
    services.get(LogKeeper.class).advance();
    return new Filled(services, Objects.requireNonNull(key));
  }

  static Path copy(TestServices services) {
    Path file = TestStore.newFolder().resolve("everything.backup");
    try (OutputStream out = Files.newOutputStream(file)) {
      new BackupWriter(services.settings(), new SecretSource(), 1)
          .write(new Secret(PASSPHRASE), Instant.EPOCH, out);
      return file;
    } catch (IOException | SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  static Settings settings(Map<String, String> target, Path file, String passphrase) {
    Map<String, String> all = new HashMap<>(target);
    all.put("apikeys.restore.file", file.toString());
    all.put("apikeys.restore.passphrase", passphrase);
    return new Settings(name -> Optional.ofNullable(all.get(name)));
  }

  static Settings restore(Map<String, String> target, Path file) {
    Settings settings = settings(target, file, PASSPHRASE);
    new Restore().fill(settings);
    Migrations.run(settings);
    return settings;
  }

  /** Every row of every table, in an order of its own. */
  static Map<String, List<String>> content(Settings settings) {
    Map<String, List<String>> content = new TreeMap<>();
    try (Connection connection = new StoreDataSource(settings).getConnection()) {
      for (String table : new StoreTables(connection).inOrder()) {
        List<String> rows = new ArrayList<>();
        try (Statement statement = connection.createStatement();
            ResultSet found = statement.executeQuery("SELECT * FROM " + table)) {
          while (found.next()) {
            StringBuilder row = new StringBuilder();
            for (int i = 1; i <= found.getMetaData().getColumnCount(); i++) {
              row.append(text(found, i)).append('|');
            }
            rows.add(row.toString());
          }
        }
        rows.sort(null);
        content.put(table, rows);
      }
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
    content.remove("restored_backup");
    content.remove("cluster_node");
    content.remove("lease");
    return content;
  }

  private static String text(ResultSet row, int column) throws SQLException {
    return switch (row.getMetaData().getColumnType(column)) {
      case Types.BLOB, Types.BINARY, Types.VARBINARY -> {
        byte[] bytes = row.getBytes(column);
        yield bytes == null ? "null" : HexFormat.of().formatHex(bytes);
      }
      case Types.BIT, Types.BOOLEAN -> row.getBoolean(column) + (row.wasNull() ? " null" : "");
      default -> String.valueOf(row.getString(column));
    };
  }

  private void restoresInto(Map<String, String> target) {
    Filled filled = filled();
    Path file = copy(filled.services());
    Settings restored = restore(target, file);

    assertThat(content(restored)).isEqualTo(content(filled.services().settings()));
    assertThat(KeyFiles.read(restored)).isEqualTo(KeyFiles.read(filled.services().settings()));
    assertThat(CarriedLog.remembered(restored))
        .isEqualTo(CarriedLog.remembered(filled.services().settings()));

    TestServices node = new TestServices(TestStore.of(target));
    node.get(PepperCheck.class).run();
    node.get(ChangeReader.class).read();
    assertThat(
            node.get(Verifier.class)
                .decide(filled.key().secret().reveal(), TestStore.DEFAULT, ANY)
                .code())
        .isEqualTo(DecisionCode.VALID);
    IssuedKey next = node.get(KeyIssuer.class).issue(Orders.admin(), Orders.aKey("next"));
    assertThat(next.view().id()).isGreaterThan(filled.key().view().id());
    node.get(Backups.class).recordRestored();
    node.get(Backups.class).recordRestored();
    node.get(LogKeeper.class).advance();
    assertThat(node.get(LogHealth.class).trouble()).isEmpty();
    LogVerifier.Result log = node.get(LogVerifier.class).verify(Caller.system());
    assertThat(log.verified()).isTrue();
    assertThat(log.size()).isEqualTo(14);
    assertThat(
            node.store()
                .number("SELECT COUNT(*) FROM audit_record WHERE action = 'backup.restored'"))
        .isEqualTo(1);

    // a restart with the setting still there changes nothing
    Map<String, List<String>> before = content(restored);
    restore(target, file);
    assertThat(content(restored)).isEqualTo(before);
  }

  @Test
  default void restoresIntoAnEmptyDerby() {
    restoresInto(TestStore.settingsOfNewDerby());
  }

  @Test
  default void restoresIntoAnEmptyPostgres() {
    restoresInto(TestStore.settingsOfNewPostgres());
  }

  @Test
  default void copiesWhileWorkGoesOn() throws Exception {
    Filled filled = filled();
    try (StoreSnapshot snapshot = StoreSnapshot.take(filled.services().settings());
        Statement statement = snapshot.connection().createStatement()) {
      long before = count(statement);
      filled.services().get(KeyIssuer.class).issue(Orders.admin(), Orders.aKey("later"));
      assertThat(count(statement)).isEqualTo(before);
      assertThat(store().number("SELECT COUNT(*) FROM api_key")).isEqualTo(before + 1);
    }
  }

  private static long count(Statement statement) throws SQLException {
    try (ResultSet rows = statement.executeQuery("SELECT COUNT(*) FROM api_key")) {
      rows.next();
      return rows.getLong(1);
    }
  }

  @Test
  default void refusesAStoreThatIsNotEmpty() {
    Filled filled = filled();
    Path file = copy(filled.services());
    Map<String, List<String>> before = content(filled.services().settings());
    Map<String, String> same = new HashMap<>();
    for (String name : List.of("apikeys.data.dir", "apikeys.db.url", "apikeys.db.user")) {
      settingOf(filled.services().settings(), name).ifPresent(value -> same.put(name, value));
    }
    assertThatThrownBy(() -> new Restore().fill(settings(same, file, PASSPHRASE)))
        .hasMessageContaining("not empty");
    assertThat(content(filled.services().settings())).isEqualTo(before);
  }

  private static Optional<String> settingOf(Settings settings, String name) {
    return switch (name) {
      case "apikeys.data.dir" -> Optional.of(settings.dataDirectory().toString());
      case "apikeys.db.url" -> settings.databaseUrl();
      default -> settings.databaseUser();
    };
  }
}
