package org.apikeys.key;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What somebody wants of a key, for a policy to judge.
 *
 * @param before the present configuration; null for a new key
 * @param after the wanted one
 * @param widened the fields in which the wanted one allows more
 * @param reactivates whether a key that is switched off is to be switched on
 */
public record Wish(
    @Nullable KeyConfiguration before,
    KeyConfiguration after,
    List<String> widened,
    boolean reactivates) {
  public Wish {
    widened = List.copyOf(widened);
  }

  /** A change of a key's configuration alone. */
  public Wish(@Nullable KeyConfiguration before, KeyConfiguration after, List<String> widened) {
    this(before, after, widened, false);
  }

  /** A new key. */
  public static Wish ofNew(KeyConfiguration wanted) {
    return new Wish(null, wanted, List.of());
  }
}
