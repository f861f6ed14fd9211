package org.apikeys.store;

import java.util.List;
import java.util.Optional;

/**
 * A page of a list.
 *
 * @param items what is on it
 * @param total how many there are on all pages
 */
public record Page<T>(List<T> items, long total) {
  public Page {
    items = List.copyOf(items);
  }

  /** Of a list of one or none. */
  public static <T> Page<T> ofOne(Optional<T> item, int page) {
    return new Page<>(page == 1 ? item.stream().toList() : List.of(), item.isPresent() ? 1 : 0);
  }
}
