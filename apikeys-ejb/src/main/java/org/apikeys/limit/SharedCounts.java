package org.apikeys.limit;

import jakarta.annotation.security.PermitAll;
import jakarta.ejb.Stateless;
import jakarta.ejb.TransactionAttribute;
import jakarta.ejb.TransactionAttributeType;
import jakarta.persistence.EntityManager;
import jakarta.persistence.PersistenceContext;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * The counts of keys that all nodes share. What stands there has been used or lent to a node; so
 * the sum of what nodes may let through never passes the limit.
 */
@Stateless
@PermitAll
@TransactionAttribute(TransactionAttributeType.REQUIRES_NEW)
public class SharedCounts {
  /** A node is lent this part of its even share at once; so little is left lying about. */
  private static final long PARTS = 16;

  /** Nodes, which count by one clock, are no further apart. */
  private static final long APART = Duration.ofMinutes(1).toMillis();

  @PersistenceContext EntityManager store;

  /**
   * What a node asks for.
   *
   * @param left what it has left of what it was lent
   * @param start of the window that its debt is in
   * @param debt calls that were made without being lent, such as those of a report
   */
  public record Wish(Window window, long limit, long left, long start, long debt) {}

  /**
   * What it gets.
   *
   * @param start of the window that it is for
   * @param given calls that it may let through
   * @param total what has been used or lent in the window
   */
  public record Share(Window window, long start, long given, long total) {}

  /** How many calls are lent at once. */
  static long part(long limit, int nodes) {
    return Math.max(1, limit / (PARTS * nodes));
  }

  /** Lends a part of each window. */
  public List<Share> lend(long keyId, List<Wish> wishes, int nodes, long now) {
    Connection connection = store.unwrap(Connection.class);
    try {
      lock(connection, keyId);
      List<Long> parts = new ArrayList<>();
      List<Share> present = new ArrayList<>();
      boolean inVain = false;
      for (Wish wish : wishes) {
        Share stands = present(connection, keyId, wish.window(), now);
        long left = wish.limit() - stands.total() - debt(wish, stands);
        inVain |= left <= 0 && wish.left() <= 0;
        present.add(stands);
        parts.add(Math.max(0, Math.min(part(wish.limit(), nodes), left)));
      }
      List<Share> shares = new ArrayList<>();
      for (int i = 0; i < parts.size(); i++) {
        // a call that one window refuses needs nothing of the others
        long given = inVain ? 0 : parts.get(i);
        shares.add(give(connection, keyId, wishes.get(i), present.get(i), given));
      }
      return shares;
    } catch (SQLException e) {
      throw new IllegalStateException("limits can't be shared", e);
    }
  }

  /** Locks the key's row until the transaction ends; makes it when there is none. */
  private static void lock(Connection connection, long keyId) throws SQLException {
    try (PreparedStatement touch =
        connection.prepareStatement(
            "UPDATE limit_counter SET day_used = day_used WHERE api_key_id = ?")) {
      touch.setLong(1, keyId);
      if (touch.executeUpdate() == 1) {
        return;
      }
    }
    try (PreparedStatement insert =
        connection.prepareStatement(
            "INSERT INTO limit_counter (api_key_id, minute_start, minute_used, hour_start,"
                + " hour_used, day_start, day_used) VALUES (?, 0, 0, 0, 0, 0, 0)")) {
      insert.setLong(1, keyId);
      insert.executeUpdate();
    }
  }

  /** Gives a part of a window, or nothing, and writes what stands there then. */
  private static Share give(Connection connection, long keyId, Wish wish, Share present, long given)
      throws SQLException {
    long debt = debt(wish, present);
    long total = present.total() + debt + given;
    String name = wish.window().name().toLowerCase(Locale.ROOT);
    try (PreparedStatement write =
        connection.prepareStatement(
            "UPDATE limit_counter SET "
                + name
                + "_start = ?, "
                + name
                + "_used = ? WHERE api_key_id = ?")) {
      write.setLong(1, present.start());
      write.setLong(2, total);
      write.setLong(3, keyId);
      write.executeUpdate();
    }
    return new Share(wish.window(), present.start(), given + debt, total);
  }

  private static long debt(Wish wish, Share present) {
    return wish.start() == present.start() ? wish.debt() : 0;
  }

  private static Share present(Connection connection, long keyId, Window window, long now)
      throws SQLException {
    String name = window.name().toLowerCase(Locale.ROOT);
    try (PreparedStatement read =
        connection.prepareStatement(
            "SELECT "
                + name
                + "_start, "
                + name
                + "_used FROM limit_counter WHERE api_key_id = ?")) {
      read.setLong(1, keyId);
      try (ResultSet row = read.executeQuery()) {
        boolean there = row.next();
        long start = there ? row.getLong(1) : 0;
        // by a clock that was ahead: it counts in the window of now, or it would for very long
        long counting = start - now > APART ? window.startOf(now) : start;
        long present = Math.max(counting, window.startOf(now));
        return new Share(window, present, 0, there && present == counting ? row.getLong(2) : 0);
      }
    }
  }

  /** How all windows stand, with nothing lent. */
  public List<Share> look(long keyId, long now) {
    Connection connection = store.unwrap(Connection.class);
    try {
      List<Share> shares = new ArrayList<>();
      for (Window window : Window.values()) {
        shares.add(present(connection, keyId, window, now));
      }
      return shares;
    } catch (SQLException e) {
      throw new IllegalStateException("limits can't be read", e);
    }
  }

  /** Takes back what was lent and not used. */
  public void giveBack(long keyId, Window window, long start, long unused) {
    String name = window.name().toLowerCase(Locale.ROOT);
    store
        .createNativeQuery(
            ("UPDATE limit_counter SET " + name + "_used = " + name + "_used - ?1")
                + (" WHERE api_key_id = ?2 AND " + name + "_start = ?3")
                + (" AND " + name + "_used >= ?4"))
        .setParameter(1, unused)
        .setParameter(2, keyId)
        .setParameter(3, start)
        .setParameter(4, unused)
        .executeUpdate();
  }
}
