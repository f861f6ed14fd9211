package org.apikeys.key;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What somebody wants of a key, for a policy to judge.
 *
 * @param before the present configuration; null for a new key
 * @param after the wanted one
 * @param widened the fields in which the wanted one allows more
 */
public record Wish(
    @Nullable KeyConfiguration before, KeyConfiguration after, List<String> widened) {
  public Wish {
    widened = List.copyOf(widened);
  }

  /** A new key. */
  public static Wish ofNew(KeyConfiguration wanted) {
    return new Wish(null, wanted, List.of());
  }
}
