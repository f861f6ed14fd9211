package org.apikeys.verify;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * By which digests each key is in memory. That is one but for the time after a rotation, and one
 * rests as itself: an array of one would be half as large again.
 */
final class DigestsByKey {
  /** A {@link Digest}, or an array of several. */
  private final Map<Long, Object> digests = new ConcurrentHashMap<>();

  void add(long keyId, Digest digest) {
    digests.merge(keyId, digest, (known, same) -> joined(known, digest));
  }

  private static Object joined(Object known, Digest more) {
    List<Digest> all = new ArrayList<>(listed(known));
    all.add(more);
    return all.toArray(Digest[]::new);
  }

  /**
   * Takes one entry of a digest away. Each load adds one and each removal takes one away: a removal
   * that is told of only after the key was loaded again leaves that one findable.
   */
  void remove(long keyId, Digest gone) {
    digests.computeIfPresent(keyId, (id, known) -> without(known, gone));
  }

  private static @Nullable Object without(Object known, Digest gone) {
    List<Digest> left = new ArrayList<>(listed(known));
    left.remove(gone);
    if (left.isEmpty()) {
      return null;
    }
    return left.size() == 1 ? left.get(0) : left.toArray(Digest[]::new);
  }

  /** The digests of a key; none when it is not here. */
  List<Digest> of(long keyId) {
    Object known = digests.get(keyId);
    return known == null ? List.of() : listed(known);
  }

  private static List<Digest> listed(Object known) {
    return known instanceof Digest one ? List.of(one) : Arrays.asList((Digest[]) known);
  }
}
