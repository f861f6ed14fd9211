package org.apikeys.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.apikeys.setting.Settings;
import org.junit.jupiter.api.Test;

/** Derby when there is no room beside its data, and when there is again. */
class EmbeddedStoreTest {
  private final Map<String, String> own = new HashMap<>(TestStore.settingsOfNewDerby());
  private final Settings settings = new Settings(name -> Optional.ofNullable(own.get(name)));
  private final StoreDataSource store = new StoreDataSource(settings);

  /** What Derby writes first of all when it opens a database. */
  private final Path lock = settings.dataDirectory().resolve("derby").resolve("db.lck");

  private void write() throws SQLException {
    try (Connection connection = store.getConnection();
        Statement statement = connection.createStatement()) {
      statement.executeUpdate(
          "INSERT INTO change_feed (topic, subject, written_at) VALUES ('KEY', 1, 0)");
    }
  }

  @Test
  void isNotOpenedForReadingAlone() throws SQLException, IOException {
    Migrations.run(settings);
    write();
    Migrations.close(settings);
    Files.deleteIfExists(lock);
    Files.createDirectory(lock);

    assertThatThrownBy(this::write)
        .isInstanceOfSatisfying(
            SQLException.class, e -> assertThat(e.getSQLState()).startsWith("08"))
        .hasMessageContaining("can't be written to");
    Files.delete(lock);

    write();
    Migrations.close(settings);
  }

  @Test
  void namesTheSettingWhoseFolderCanNotBeMade() throws IOException {
    Path folder = Files.createDirectories(TestStore.newFolder());
    own.put("apikeys.data.dir", Files.writeString(folder.resolve("file"), "x").toString());
    assertThatThrownBy(() -> EmbeddedStore.requireFolder(settings))
        .hasMessage("The folder of apikeys.data.dir can't be made.");

    own.put("apikeys.data.dir", folder.resolve("some/where").toString());
    EmbeddedStore.requireFolder(settings);
    assertThat(folder.resolve("some/where")).isDirectory();
  }
}
