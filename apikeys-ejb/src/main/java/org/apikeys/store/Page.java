package org.apikeys.store;

import java.util.List;

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
}
