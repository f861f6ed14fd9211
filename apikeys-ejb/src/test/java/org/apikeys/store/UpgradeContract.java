package org.apikeys.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apikeys.api.permission.ScopeExpression;
import org.apikeys.api.tenant.Caller;
import org.apikeys.api.verify.DecisionCode;
import org.apikeys.audit.LogHealth;
import org.apikeys.audit.LogKeeper;
import org.apikeys.audit.LogVerifier;
import org.apikeys.cluster.ChangeReader;
import org.apikeys.crypto.KeyFiles;
import org.apikeys.key.IssuedKey;
import org.apikeys.key.KeyIssuer;
import org.apikeys.key.Orders;
import org.apikeys.key.PepperCheck;
import org.apikeys.setting.Settings;
import org.apikeys.tenant.SignIn;
import org.apikeys.usage.UsageReader;
import org.apikeys.verify.Attempt;
import org.apikeys.verify.Verifier;
import org.junit.jupiter.api.Test;

/**
 * A store is brought from any schema that there was to today's with all that is in it. No version
 * is released yet that could have written the rows, so today's services write them, and a store of
 * the older schema gets as much of them as it has tables and columns for.
 */
interface UpgradeContract {
  String FIRST = "1";

  TestStore store();

  /** Settings of a store of the same kind without a table. */
  Map<String, String> settingsOfNew();

  private static Settings read(Map<String, String> settings) {
    return new Settings(name -> Optional.ofNullable(settings.get(name)));
  }

  private static Connection open(Settings settings) throws SQLException {
    return new StoreDataSource(settings).getConnection();
  }

  /** The files that belong to a store: without them its digests and its log can't be checked. */
  private static void carryFiles(Settings from, Settings to) {
    KeyFiles.restore(to, KeyFiles.read(from));
    Path memory = from.dataDirectory().resolve("audit.checkpoint");
    try {
      if (Files.exists(memory)) {
        Files.copy(memory, to.dataDirectory().resolve("audit.checkpoint"));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A key that was never used had no instant of its last use; since V390 it has 0. */
  private static void writeAsBefore390(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      int never =
          statement.executeUpdate(
              "UPDATE api_key_count SET last_used_at = NULL WHERE last_used_at = 0");
      assertThat(never).isPositive();
    }
  }

  private static List<String> asSince390(List<String> counts) {
    return counts.stream()
        .map(row -> row.replace("last_used_at=null", "last_used_at=0"))
        .sorted()
        .toList();
  }

  private static DecisionCode decide(TestServices node, IssuedKey key, String scope) {
    return node.get(Verifier.class)
        .decide(
            key.secret().reveal(),
            TestStore.DEFAULT,
            new Attempt(ScopeExpression.parse(scope), "203.0.113.9", null, null, 0))
        .code();
  }

  /** What was written before is what the services of today work with. */
  private static void worksOn(Map<String, String> settings, LivedIn lived) {
    TestServices node = new TestServices(TestStore.of(settings));
    node.get(PepperCheck.class).run();
    node.get(ChangeReader.class).read();
    assertThat(decide(node, lived.key(), "agents:read")).isEqualTo(DecisionCode.VALID);
    assertThat(decide(node, lived.key(), "agents:write"))
        .isEqualTo(DecisionCode.INSUFFICIENT_SCOPE);
    assertThat(decide(node, lived.revoked(), "agents:read")).isEqualTo(DecisionCode.REVOKED);
    assertThat(node.get(UsageReader.class).totals(TestStore.DEFAULT))
        .isEqualTo(lived.services().get(UsageReader.class).totals(TestStore.DEFAULT));
    assertThat(
            node.get(SignIn.class).signIn(Caller.system(), "mia.manager", LivedIn.PASSWORD).roles())
        .containsExactly("manager");

    long records = node.store().number("SELECT last_sequence FROM audit_head");
    IssuedKey next = node.get(KeyIssuer.class).issue(Orders.admin(), Orders.aKey("next"));
    assertThat(next.view().id()).isGreaterThan(lived.key().view().id());
    node.get(LogKeeper.class).advance();
    assertThat(node.get(LogHealth.class).trouble()).isEmpty();
    LogVerifier.Result log = node.get(LogVerifier.class).verify(Caller.system());
    assertThat(log.verified()).isTrue();
    assertThat(log.size()).isGreaterThan(records);
  }

  @Test
  default void theFirstSchemaIsBroughtToTodays() throws Exception {
    LivedIn lived = LivedIn.of(store());
    Map<String, String> target = settingsOfNew();
    Settings settings = read(target);
    Migrations.run(settings, FIRST);
    carryFiles(lived.services().settings(), settings);
    Files.deleteIfExists(settings.dataDirectory().resolve("audit.checkpoint"));
    Map<String, List<String>> shape;
    Map<String, List<String>> before;
    try (Connection source = open(lived.services().settings());
        Connection connection = open(settings)) {
      Rows rows = new Rows(connection);
      rows.take(source);
      writeAsBefore390(connection);
      shape = rows.shape();
      before = rows.content(shape);
    }
    assertThat(before).hasSize(18).allSatisfy((table, rows) -> assertThat(rows).isNotEmpty());

    Migrations.run(settings);
    shape.remove("lease");
    before.remove("lease");
    before.computeIfPresent("api_key_count", (table, rows) -> asSince390(rows));
    try (Connection connection = open(settings)) {
      assertThat(new Rows(connection).content(shape)).isEqualTo(before);
    }
    TestStore upgraded = TestStore.of(target);
    assertThat(upgraded.number("SELECT SUM(denied) FROM api_key_count")).isPositive();
    assertThat(upgraded.number("SELECT SUM(denied_count) FROM key_secret"))
        .isEqualTo(upgraded.number("SELECT SUM(denied) FROM api_key_count"));
    worksOn(target, lived);
  }

  @Test
  default void everyScriptLeavesWhatThereWas() throws Exception {
    LivedIn lived = LivedIn.of(store());
    Map<String, String> target = settingsOfNew();
    Settings settings = read(target);
    List<String> versions = Migrations.known(settings);
    try (Connection source = open(lived.services().settings())) {
      for (String version : versions) {
        Map<String, List<String>> shape = Map.of();
        Map<String, List<String>> before = Map.of();
        if (!version.equals(FIRST)) {
          try (Connection connection = open(settings)) {
            Rows rows = new Rows(connection);
            rows.take(source);
            if (versions.indexOf(version) <= versions.indexOf("390")) {
              writeAsBefore390(connection);
            }
            shape = rows.shape();
            shape.remove("lease");
            before = rows.content(shape);
            if (version.equals("390")) {
              before.computeIfPresent("api_key_count", (table, counts) -> asSince390(counts));
            }
          }
        }
        Migrations.run(settings, version);
        try (Connection connection = open(settings)) {
          assertThat(new Rows(connection).content(shape))
              .as("schema %s", version)
              .isEqualTo(before);
        }
      }
    }
    carryFiles(lived.services().settings(), settings);
    worksOn(target, lived);
  }

  @Test
  default void aNewerSchemaIsRefusedByItsVersion() throws Exception {
    Settings settings = read(settingsOfNew());
    Migrations.run(settings);
    try (Connection connection = open(settings);
        Statement statement = connection.createStatement()) {
      statement.executeUpdate(
          "INSERT INTO \"flyway_schema_history\" (\"installed_rank\", \"version\","
              + " \"description\", \"type\", \"script\", \"checksum\", \"installed_by\","
              + " \"execution_time\", \"success\") VALUES (9999, '99999', 'later', 'SQL',"
              + " 'V99999__later.sql', 1, 'x', 1, TRUE)");
    }
    List<String> known = Migrations.known(settings);
    assertThat(known).doesNotContain("99999");

    assertThatThrownBy(() -> Migrations.run(settings))
        .hasMessageContaining("newer version")
        .hasMessageContaining("99999");
    assertThatThrownBy(() -> Migrations.run(settings, known.get(known.size() - 1)))
        .hasMessageContaining("newer version");
  }

  @Test
  default void aStoreOfTodayIsLeftAsItIs() throws Exception {
    Settings settings = read(settingsOfNew());
    Migrations.run(settings);
    List<String> versions;
    try (Connection connection = open(settings)) {
      versions = new StoreTables(connection).versions();
    }
    Migrations.run(settings);
    try (Connection connection = open(settings)) {
      assertThat(new StoreTables(connection).versions())
          .isEqualTo(versions)
          .isEqualTo(Migrations.known(settings));
    }
  }
}
