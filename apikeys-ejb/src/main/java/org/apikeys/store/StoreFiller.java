package org.apikeys.store;

import java.sql.SQLException;
import org.apikeys.setting.Settings;

/**
 * Fills a store before anything else knows it: found by {@link java.util.ServiceLoader}, and called
 * before the schema is brought up to date.
 */
public interface StoreFiller {
  /**
   * Fills the store, or leaves it as it is.
   *
   * @throws Failure when the store is out of reach, perhaps for a while
   * @throws IllegalStateException when it must not be filled; the start ends then
   */
  void fill(Settings settings);

  /** The store could not be read or written. */
  final class Failure extends RuntimeException {
    public Failure(SQLException cause) {
      super("The store can't be filled.", cause);
    }
  }
}
