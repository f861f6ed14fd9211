package org.apikeys.audit;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.persistence.EntityManager;
import jakarta.persistence.PersistenceContext;
import java.io.ByteArrayOutputStream;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apikeys.api.audit.SubtreeHashes;
import org.apikeys.api.audit.TreeHash;

/**
 * The stored hashes of the tree. A tile holds up to 256 neighbours of one level, and every eighth
 * level is stored: tile level 0 has the hashes of leaves, level 1 the roots of full tiles of level
 * 0, and so on. The levels between are made from the tile. So a proof over ten million records
 * reads at most six rows.
 */
@ApplicationScoped
class Tiles {
  static final int HEIGHT = 8;
  static final int WIDTH = 1 << HEIGHT;

  @PersistenceContext EntityManager store;

  private record Place(int level, long index) {}

  /** Hashes as they are in the store, for one transaction. */
  SubtreeHashes reader() {
    Map<Place, List<TreeHash>> read = new HashMap<>();
    Map<Place, TreeHash> made = new HashMap<>();
    return (level, index) -> made.computeIfAbsent(new Place(level, index), at -> of(at, read));
  }

  private TreeHash of(Place wanted, Map<Place, List<TreeHash>> read) {
    int within = wanted.level() % HEIGHT;
    long first = wanted.index() << within;
    Place place = new Place(wanted.level() / HEIGHT, first / WIDTH);
    List<TreeHash> tile = read.computeIfAbsent(place, one -> load(one.level(), one.index()));
    int from = (int) (first % WIDTH);
    int to = from + (1 << within);
    if (tile.size() < to) {
      throw new DamagedLogException(
          "tile " + place.level() + "/" + place.index() + " lacks hashes");
    }
    return subtree(tile.subList(from, to));
  }

  /** The leaf hashes from {@code tile * 256} on. */
  List<TreeHash> leaves(long tile) {
    return load(0, tile);
  }

  /** Puts hashes of leaves behind the {@code size} that are there. */
  void append(long size, List<TreeHash> leaves) {
    int level = 0;
    long position = size;
    List<TreeHash> fresh = leaves;
    while (!fresh.isEmpty()) {
      fresh = append(level, position, fresh);
      level++;
      position /= WIDTH;
    }
  }

  /** Answers the roots of the tiles that became full. */
  private List<TreeHash> append(int level, long position, List<TreeHash> hashes) {
    List<TreeHash> roots = new ArrayList<>();
    long index = position / WIDTH;
    int present = (int) (position % WIDTH);
    List<TreeHash> tile = new ArrayList<>(present == 0 ? List.of() : load(level, index));
    if (tile.size() != present) {
      throw new DamagedLogException("tile " + level + "/" + index + " has not the hashes it had");
    }
    int taken = 0;
    while (taken < hashes.size()) {
      int room = Math.min(WIDTH - tile.size(), hashes.size() - taken);
      tile.addAll(hashes.subList(taken, taken + room));
      taken += room;
      save(level, index, tile);
      if (tile.size() == WIDTH) {
        roots.add(subtree(tile));
        tile = new ArrayList<>();
        index++;
      }
    }
    return roots;
  }

  /** The root over a power of two of neighbours. */
  static TreeHash subtree(List<TreeHash> hashes) {
    List<TreeHash> level = hashes;
    while (level.size() > 1) {
      List<TreeHash> above = new ArrayList<>(level.size() / 2);
      for (int i = 0; i < level.size(); i += 2) {
        above.add(TreeHash.ofNode(level.get(i), level.get(i + 1)));
      }
      level = above;
    }
    return level.get(0);
  }

  private List<TreeHash> load(int level, long index) {
    Connection connection = store.unwrap(Connection.class);
    try (PreparedStatement query =
        connection.prepareStatement(
            "SELECT hashes FROM audit_tile WHERE tile_level = ? AND tile_index = ?")) {
      query.setInt(1, level);
      query.setLong(2, index);
      try (ResultSet rows = query.executeQuery()) {
        return rows.next() ? hashes(rows.getBytes(1)) : List.of();
      }
    } catch (SQLException e) {
      throw new IllegalStateException("the tree can't be read", e);
    }
  }

  /** The hashes that a stored tile holds. */
  static List<TreeHash> hashes(byte[] tile) {
    if (tile.length % TreeHash.LENGTH != 0 || tile.length > WIDTH * TreeHash.LENGTH) {
      throw new DamagedLogException("a tile has a length that no tile has");
    }
    List<TreeHash> hashes = new ArrayList<>();
    for (int i = 0; i < tile.length; i += TreeHash.LENGTH) {
      hashes.add(TreeHash.ofBytes(Arrays.copyOfRange(tile, i, i + TreeHash.LENGTH)));
    }
    return hashes;
  }

  private void save(int level, long index, List<TreeHash> tile) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(tile.size() * TreeHash.LENGTH);
    tile.forEach(hash -> bytes.writeBytes(hash.bytes()));
    Connection connection = store.unwrap(Connection.class);
    try (PreparedStatement update =
            connection.prepareStatement(
                "UPDATE audit_tile SET hashes = ? WHERE tile_level = ? AND tile_index = ?");
        PreparedStatement insert =
            connection.prepareStatement(
                "INSERT INTO audit_tile (hashes, tile_level, tile_index) VALUES (?, ?, ?)")) {
      if (write(update, level, index, bytes.toByteArray()) == 0) {
        write(insert, level, index, bytes.toByteArray());
      }
    } catch (SQLException e) {
      throw new IllegalStateException("the tree can't be stored", e);
    }
  }

  private static int write(PreparedStatement statement, int level, long index, byte[] hashes)
      throws SQLException {
    statement.setBytes(1, hashes);
    statement.setInt(2, level);
    statement.setLong(3, index);
    return statement.executeUpdate();
  }
}
