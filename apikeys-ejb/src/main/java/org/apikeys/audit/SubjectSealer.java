package org.apikeys.audit;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.Map;
import java.util.TreeMap;
import org.apikeys.store.Json;
import org.jspecify.annotations.Nullable;

/** Encrypts personal fields of new records under the key of their subject. */
@ApplicationScoped
class SubjectSealer implements Leaf.Sealer {
  /**
   * For so long another node may go on sealing under a key that was destroyed: what it seals then
   * is erased from the beginning.
   */
  private static final Duration KNOWN_FOR = Duration.ofMinutes(1);

  private static final int MOST_KNOWN = 10_000;

  private final Cache<String, SubjectKey> known =
      Caffeine.newBuilder().maximumSize(MOST_KNOWN).expireAfterWrite(KNOWN_FOR).build();
  private final SubjectKeyring keyring;

  @Inject
  SubjectSealer(SubjectKeyring keyring) {
    this.keyring = keyring;
  }

  @SuppressWarnings("NullAway")
  protected SubjectSealer() {
    keyring = null;
  }

  @Override
  public Map<String, Object> seal(
      String subject, Map<String, @Nullable Object> fields, String belongsTo) {
    SubjectKey key = keyOf(subject);
    byte[] sealed =
        key.key().sealBytes(Json.write(fields).getBytes(StandardCharsets.UTF_8), belongsTo);
    return new TreeMap<>(
        Map.of("key", key.id(), "data", Base64.getEncoder().encodeToString(sealed)));
  }

  /** Not loaded by the cache, which would hold up others while it waits for the store. */
  private SubjectKey keyOf(String subject) {
    SubjectKey key = known.getIfPresent(subject);
    if (key == null) {
      key = keyring.keyOf(subject);
      known.put(subject, key);
    }
    return key;
  }

  /** The subject's key was destroyed. */
  void forget(String subject) {
    known.invalidate(subject);
  }
}
