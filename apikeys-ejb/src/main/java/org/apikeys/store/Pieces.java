package org.apikeys.store;

import java.util.ArrayList;
import java.util.List;

/** Long lists, some of them at a time. */
public final class Pieces {
  private Pieces() {}

  /** A list in pieces, in its order; each has as many as is said, the last one perhaps fewer. */
  public static <T> List<List<T>> of(List<T> all, int size) {
    List<List<T>> pieces = new ArrayList<>();
    for (int from = 0; from < all.size(); from += size) {
      pieces.add(all.subList(from, Math.min(from + size, all.size())));
    }
    return pieces;
  }
}
