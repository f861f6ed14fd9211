package org.apikeys.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Map;
import java.util.Optional;
import org.apikeys.setting.Settings;
import org.flywaydb.core.api.FlywayException;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** When a start may do without Flyway. */
class SchemaHistoryTest {

  @Nested
  class OnDerby implements Contract {
    @Override
    public Map<String, String> newStore() {
      return TestStore.settingsOfNewDerby();
    }
  }

  @Nested
  class OnPostgres implements Contract {
    @Override
    public Map<String, String> newStore() {
      return TestStore.settingsOfNewPostgres();
    }
  }

  interface Contract {
    /** Settings of a store without a table. */
    Map<String, String> newStore();

    @Test
    default void isCompleteOnceEveryScriptHasRun() {
      Settings settings = read(newStore());
      StoreDataSource source = new StoreDataSource(settings);

      assertThat(SchemaHistory.isComplete(source)).as("an empty store").isFalse();
      Migrations.run(settings, "352");
      assertThat(SchemaHistory.isComplete(source)).as("an older version's").isFalse();
      Migrations.run(settings);
      assertThat(SchemaHistory.isComplete(source)).as("this version's").isTrue();
    }

    @Test
    default void leavesWhatIsNotAsItShouldBeToFlyway() throws SQLException {
      Settings settings = read(newStore());
      StoreDataSource source = new StoreDataSource(settings);
      Migrations.run(settings);

      change(source, "UPDATE \"flyway_schema_history\" SET \"success\" = FALSE" + OF_THE_FIRST);
      assertThat(SchemaHistory.isComplete(source)).as("a script that failed").isFalse();
      change(source, "UPDATE \"flyway_schema_history\" SET \"success\" = TRUE" + OF_THE_FIRST);
      assertThat(SchemaHistory.isComplete(source)).isTrue();

      change(
          source,
          "INSERT INTO \"flyway_schema_history\" SELECT 9999, '9999', \"description\", \"type\","
              + " 'V9999__newer.sql', \"checksum\", \"installed_by\", \"installed_on\","
              + " \"execution_time\", \"success\" FROM \"flyway_schema_history\""
              + OF_THE_FIRST);
      assertThat(SchemaHistory.isComplete(source)).as("a newer version's").isFalse();
      change(source, "DELETE FROM \"flyway_schema_history\" WHERE \"installed_rank\" = 9999");

      change(
          source,
          "UPDATE \"flyway_schema_history\" SET \"checksum\" = \"checksum\" - 1" + OF_THE_FIRST);
      assertThat(SchemaHistory.isComplete(source)).as("a changed script").isFalse();
      assertThatThrownBy(() -> Migrations.run(settings))
          .isInstanceOf(FlywayException.class)
          .hasMessageContaining("checksum");
    }

    String OF_THE_FIRST = " WHERE \"version\" = '1'";

    private static void change(StoreDataSource source, String sql) throws SQLException {
      try (Connection connection = source.getConnection();
          Statement statement = connection.createStatement()) {
        statement.executeUpdate(sql);
      }
    }

    private static Settings read(Map<String, String> settings) {
      return new Settings(name -> Optional.ofNullable(settings.get(name)));
    }
  }
}
