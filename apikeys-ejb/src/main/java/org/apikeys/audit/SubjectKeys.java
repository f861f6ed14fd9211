package org.apikeys.audit;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.persistence.EntityManager;
import jakarta.persistence.PersistenceContext;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.apikeys.crypto.KeyMaterial;
import org.apikeys.crypto.SealingKey;
import org.apikeys.crypto.SecretSource;

/**
 * The stored keys of subjects, each sealed under the key of this installation: who has the database
 * alone reads nothing, and what is destroyed here is erased in every record.
 */
@ApplicationScoped
class SubjectKeys {
  private static final System.Logger LOG = System.getLogger(SubjectKeys.class.getName());
  private static final String OF_SUBJECT = "subject key of ";

  @PersistenceContext EntityManager store;
  private final KeyMaterial keys;
  private final SecretSource random;
  private final Clock clock;

  @Inject
  SubjectKeys(KeyMaterial keys, SecretSource random, Clock clock) {
    this.keys = keys;
    this.random = random;
    this.clock = clock;
  }

  @SuppressWarnings("NullAway")
  protected SubjectKeys() {
    keys = null;
    random = null;
    clock = null;
  }

  /** The newest key of a subject. */
  Optional<SubjectKey> newest(String subject) {
    try (PreparedStatement query =
        connection()
            .prepareStatement(
                "SELECT id, subject, sealed_key FROM audit_subject_key WHERE subject = ?"
                    + " ORDER BY id DESC FETCH FIRST 1 ROWS ONLY")) {
      query.setString(1, subject);
      try (ResultSet rows = query.executeQuery()) {
        return rows.next() ? read(rows) : Optional.empty();
      }
    } catch (SQLException e) {
      throw new IllegalStateException("subject keys can't be read", e);
    }
  }

  SubjectKey create(String subject) {
    byte[] fresh = SealingKey.newKey(random);
    try (PreparedStatement insert =
        connection()
            .prepareStatement(
                "INSERT INTO audit_subject_key (subject, sealed_key, created_at) VALUES (?, ?, ?)",
                Statement.RETURN_GENERATED_KEYS)) {
      insert.setString(1, subject);
      insert.setBytes(2, keys.sealing().sealBytes(fresh, OF_SUBJECT + subject));
      insert.setLong(3, clock.millis());
      insert.executeUpdate();
      try (ResultSet ids = insert.getGeneratedKeys()) {
        ids.next();
        return new SubjectKey(ids.getLong(1), SealingKey.of(fresh, random));
      }
    } catch (SQLException e) {
      throw new IllegalStateException("a subject key can't be stored", e);
    }
  }

  /** Those of the keys that were not destroyed. */
  Map<Long, SealingKey> byId(Collection<Long> ids) {
    Map<Long, SealingKey> found = new HashMap<>();
    if (ids.isEmpty()) {
      return found;
    }
    String list = ids.stream().map(id -> Long.toString(id)).collect(Collectors.joining(", "));
    try (PreparedStatement query =
            connection()
                .prepareStatement(
                    "SELECT id, subject, sealed_key FROM audit_subject_key WHERE id IN ("
                        + (list + ")"));
        ResultSet rows = query.executeQuery()) {
      while (rows.next()) {
        read(rows).ifPresent(one -> found.put(one.id(), one.key()));
      }
    } catch (SQLException e) {
      throw new IllegalStateException("subject keys can't be read", e);
    }
    return found;
  }

  /** None when it was sealed under another key of the installation: then nobody can read it. */
  private Optional<SubjectKey> read(ResultSet row) throws SQLException {
    long id = row.getLong(1);
    try {
      byte[] key = keys.sealing().openBytes(row.getBytes(3), OF_SUBJECT + row.getString(2));
      return Optional.of(new SubjectKey(id, SealingKey.of(key, random)));
    } catch (IllegalStateException e) {
      LOG.log(System.Logger.Level.WARNING, "Subject key {0} does not open.", id);
      return Optional.empty();
    }
  }

  /** The keys of a subject that were not destroyed. */
  Set<Long> idsOf(String subject) {
    try (PreparedStatement query =
        connection().prepareStatement("SELECT id FROM audit_subject_key WHERE subject = ?")) {
      query.setString(1, subject);
      Set<Long> ids = new HashSet<>();
      try (ResultSet rows = query.executeQuery()) {
        while (rows.next()) {
          ids.add(rows.getLong(1));
        }
      }
      return ids;
    } catch (SQLException e) {
      throw new IllegalStateException("subject keys can't be read", e);
    }
  }

  /** One by one, so that the store looks for none among those that somebody else destroys. */
  void destroy(Collection<Long> ids) {
    try (PreparedStatement delete =
        connection().prepareStatement("DELETE FROM audit_subject_key WHERE id = ?")) {
      for (long id : ids) {
        delete.setLong(1, id);
        delete.addBatch();
      }
      delete.executeBatch();
    } catch (SQLException e) {
      throw new IllegalStateException("subject keys can't be destroyed", e);
    }
  }

  private Connection connection() {
    return store.unwrap(Connection.class);
  }
}
