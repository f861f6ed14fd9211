package org.apikeys.verify;

import jakarta.persistence.EntityManager;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.List;
import org.apikeys.store.TestStore;

/** Copies of one key, faster than keys are issued. */
final class BenchRows {
  private static final String KEY =
      "INSERT INTO api_key (id, organization_id, name, name_key, type, environment, owner,"
          + " configuration, key_prefix, is_active, generation, created_by, created_at, updated_at,"
          + " version) SELECT ?, organization_id, name, name_key, type, environment, owner,"
          + " configuration, key_prefix, is_active, generation, created_by, created_at,"
          + " updated_at, version FROM api_key WHERE id = ?";
  private static final String SECRET =
      "INSERT INTO key_secret (api_key_id, generation, digest, pepper_version, key_prefix,"
          + " created_at, request_count) SELECT ?, 1, ?, pepper_version, key_prefix, created_at, 0"
          + " FROM key_secret WHERE api_key_id = ?";
  private static final String COUNT =
      "INSERT INTO api_key_count (api_key_id, organization_id, allowed, denied, last_used_at)"
          + " VALUES (?, 1, 1, 0, ?)";

  private BenchRows() {}

  static void copy(TestStore store, long template, long from, List<String> digests) {
    EntityManager manager = store.manager();
    store.inTransaction(
        () -> {
          Connection connection = manager.unwrap(Connection.class);
          try (PreparedStatement keys = connection.prepareStatement(KEY);
              PreparedStatement secrets = connection.prepareStatement(SECRET);
              PreparedStatement counts = connection.prepareStatement(COUNT)) {
            for (int i = 0; i < digests.size(); i++) {
              keys.setLong(1, from + i);
              keys.setLong(2, template);
              keys.addBatch();
              secrets.setLong(1, from + i);
              secrets.setString(2, digests.get(i));
              secrets.setLong(3, template);
              secrets.addBatch();
              counts.setLong(1, from + i);
              // within the week that is read ahead
              counts.setLong(2, 1_772_366_000_000L + i);
              counts.addBatch();
            }
            keys.executeBatch();
            secrets.executeBatch();
            counts.executeBatch();
          } catch (SQLException e) {
            throw new IllegalStateException(e);
          }
        });
  }

  /** So that plans are made for what is there. */
  static void settle(TestStore store) {
    if (store.isPostgres()) {
      store.execute("ANALYZE");
    }
  }
}
