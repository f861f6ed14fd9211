package org.apikeys.audit;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Optional;
import org.apikeys.api.audit.Checkpoint;
import org.apikeys.api.audit.SignedNote;
import org.apikeys.api.audit.TreeHash;
import org.apikeys.crypto.LogKeys;
import org.apikeys.setting.Settings;
import org.jspecify.annotations.Nullable;

/**
 * A log that is carried to another machine: what is remembered of it outside of the store, and
 * whether it has arrived whole. Works on a connection alone, before there is an application.
 */
public final class CarriedLog {
  private static final int FETCHED = 500;

  private final LogKeys keys;
  private List<TreeHash> tile = List.of();
  private long tileIndex = -1;

  /** A log that these keys sign. */
  public CarriedLog(LogKeys keys) {
    this.keys = keys;
  }

  /** The last checkpoint that the server of these settings signed. */
  public static Optional<String> remembered(Settings settings) {
    return new CheckpointMemory(settings).last();
  }

  /**
   * Lets the server of these settings know what was signed before it had the log.
   *
   * @throws IllegalStateException when it has signed a longer or another log itself
   */
  public void remember(Settings settings, String note) {
    CheckpointMemory memory = new CheckpointMemory(settings);
    Optional<String> own = memory.last();
    if (own.isPresent() && !own.get().equals(note)) {
      Checkpoint signed = Checkpoint.parse(SignedNote.parse(own.get()).text());
      Checkpoint carried = read(note);
      if (!signed.origin().equals(carried.origin()) || signed.size() >= carried.size()) {
        throw new IllegalStateException(
            "this machine has signed "
                + signed.size()
                + " records of "
                + signed.origin()
                + " (audit.checkpoint), and the backup ends at "
                + carried.size());
      }
    }
    memory.remember(note);
  }

  /**
   * Hashes every record anew and compares the tree over them with the last checkpoint.
   *
   * @param remembered the checkpoint that was carried beside the store
   * @return how many records are signed
   * @throws IllegalStateException when the log is not what was signed
   */
  public long verify(Connection connection, @Nullable String remembered) throws SQLException {
    Checkpoint signed = signed(connection, remembered);
    long purged = number(connection, "SELECT COALESCE(MAX(last_sequence), 0) FROM audit_purge");
    CompactRange range = new CompactRange();
    long count = 0;
    for (; count < purged; count++) {
      range.add(stored(connection, count));
    }
    try (PreparedStatement query =
        connection.prepareStatement(
            "SELECT sequence, leaf, leaf_hash FROM audit_record ORDER BY sequence")) {
      query.setFetchSize(FETCHED);
      try (ResultSet rows = query.executeQuery()) {
        while (rows.next()) {
          LogStore.StoredLeaf leaf = LogStore.StoredLeaf.of(rows);
          count++;
          if (leaf.sequence() != count || !leaf.isAsNoted()) {
            throw damaged("record " + count + " is missing or was changed");
          }
          if (count <= signed.size()) {
            range.add(leaf.hash());
          }
        }
      }
    }
    if (count != number(connection, "SELECT last_sequence FROM audit_head WHERE id = 1")
        || count < signed.size()) {
      throw damaged("records are missing at its end");
    }
    if (!range.root().equals(signed.root())) {
      throw damaged("its records are not those that were signed");
    }
    return signed.size();
  }

  private TreeHash stored(Connection connection, long leaf) throws SQLException {
    long wanted = leaf / Tiles.WIDTH;
    if (wanted != tileIndex) {
      try (PreparedStatement query =
          connection.prepareStatement(
              "SELECT hashes FROM audit_tile WHERE tile_level = 0 AND tile_index = ?")) {
        query.setLong(1, wanted);
        try (ResultSet rows = query.executeQuery()) {
          tile = rows.next() ? Tiles.hashes(rows.getBytes(1)) : List.of();
          tileIndex = wanted;
        }
      }
    }
    int place = (int) (leaf % Tiles.WIDTH);
    if (place >= tile.size()) {
      throw damaged("the hash of record " + (leaf + 1) + " is missing");
    }
    return tile.get(place);
  }

  /** The last checkpoint: the stored or the remembered one, whichever is of more records. */
  private Checkpoint signed(Connection connection, @Nullable String remembered)
      throws SQLException {
    Checkpoint last = new Checkpoint(keys.origin(), 0, TreeHash.EMPTY);
    try (Statement statement = connection.createStatement();
        ResultSet rows =
            statement.executeQuery(
                "SELECT note FROM audit_checkpoint ORDER BY tree_size DESC"
                    + " FETCH FIRST 1 ROWS ONLY")) {
      if (rows.next()) {
        last = read(rows.getString(1));
      }
    }
    if (remembered != null) {
      Checkpoint other = read(remembered);
      if (other.size() == last.size() && !other.root().equals(last.root())) {
        throw damaged("two checkpoints of one size differ");
      }
      last = other.size() > last.size() ? other : last;
    }
    return last;
  }

  private Checkpoint read(String note) {
    try {
      SignedNote signed = SignedNote.parse(note);
      if (signed.verifiedBy(keys.published()).isPresent()) {
        return Checkpoint.parse(signed.text());
      }
    } catch (IllegalArgumentException e) {
      // told below, like a signature that does not hold
    }
    throw damaged("a checkpoint is not signed by its keys");
  }

  private static long number(Connection connection, String sql) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(sql)) {
      rows.next();
      return rows.getLong(1);
    }
  }

  private static IllegalStateException damaged(String why) {
    return new IllegalStateException("the audit log is damaged: " + why);
  }
}
