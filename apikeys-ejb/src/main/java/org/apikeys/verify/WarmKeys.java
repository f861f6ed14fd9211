package org.apikeys.verify;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import org.apikeys.crypto.KeyHasher;
import org.apikeys.crypto.Secret;
import org.apikeys.key.KeySnapshot;
import org.apikeys.key.KeySnapshots.Prepared;
import org.jspecify.annotations.Nullable;

/**
 * Keys that were read before anybody presented them. What was presented is not known of them, so
 * they are found by what rests of their secrets in the store: the first presentation of each costs
 * that hash instead of a look into the store, and takes it from here.
 */
final class WarmKeys {
  private final KeyHasher hasher;
  private final Map<Digest, KeySnapshot> keys = new ConcurrentHashMap<>();

  /** The keys that have changed: what is here of them counts no more. */
  private final Set<Long> changed = ConcurrentHashMap.newKeySet();

  WarmKeys(KeyHasher hasher) {
    this.hasher = hasher;
  }

  void add(List<Prepared> prepared) {
    prepared.forEach(one -> keys.put(Digest.ofHex(one.digest()), one.key()));
  }

  /** Hands over the key that was presented; null when it is not here. */
  @Nullable KeySnapshot take(String presented) {
    if (keys.isEmpty()) {
      return null;
    }
    KeySnapshot key = keys.remove(Digest.ofHex(hasher.digest(new Secret(presented))));
    return key == null || changed.contains(key.id()) ? null : key;
  }

  void forget(long keyId) {
    if (!keys.isEmpty()) {
      changed.add(keyId);
    }
  }

  void forget(Predicate<KeySnapshot> those) {
    keys.values().removeIf(those);
  }

  int size() {
    return keys.size();
  }
}
