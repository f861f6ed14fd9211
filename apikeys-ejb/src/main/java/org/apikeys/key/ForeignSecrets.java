package org.apikeys.key;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.event.TransactionPhase;
import jakarta.persistence.EntityManager;
import jakarta.persistence.PersistenceContext;
import jakarta.persistence.Query;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.apikeys.api.cluster.Changed;
import org.apikeys.api.cluster.Heard;
import org.apikeys.api.cluster.Topic;
import org.jspecify.annotations.Nullable;

/**
 * What keys rest under that were imported from other systems as hashes. Most installations have
 * none, or have none any more: that is remembered for a moment, so that a key that nobody issued
 * costs one question to the store and not one for each way in which it could have been hashed.
 */
@ApplicationScoped
class ForeignSecrets {
  /** Longer than a burst of unknown keys takes, and no longer than an unknown key is remembered. */
  private static final long KEPT_NANOS = Duration.ofSeconds(1).toNanos();

  /** What is visible of a key under a slow hash at least, so that it can be looked up. */
  static final int SHORTEST_PREFIX = 4;

  private static final int LONGEST_PREFIX = 32;

  /** Each costs every presented key that begins like it a slow comparison, a made-up one too. */
  static final int MOST_ALIKE = 10;

  @PersistenceContext EntityManager store;
  private volatile @Nullable Known known;

  /**
   * What there is.
   *
   * @param hmacs the secrets under which other systems made HMACs of their keys, the latest first
   * @param slow whether any key rests under a slow hash of another system
   */
  record Known(List<ImportSecret> hmacs, boolean slow, long readNanos) {}

  /** What there is, or was a moment ago. */
  Known known() {
    Known last = known;
    if (last == null || System.nanoTime() - last.readNanos() > KEPT_NANOS) {
      long now = System.nanoTime();
      last = new Known(all(), isAnySlow(), now);
      known = last;
    }
    return last;
  }

  private boolean isAnySlow() {
    return store.createNamedQuery("KeySecret.firstPrefix", String.class).getSingleResult() != null;
  }

  void onChange(@Observes(during = TransactionPhase.AFTER_SUCCESS) Changed change) {
    forget(change.topic());
  }

  void onHeard(@Observes Heard change) {
    forget(change.topic());
  }

  private void forget(Topic topic) {
    if (topic == Topic.KEY) {
      known = null;
    }
  }

  /**
   * The imported keys under slow hashes that a presented key may be, by their visible beginning:
   * {@link #MOST_ALIKE} of an organization at most, those first of which the most is visible.
   */
  List<KeySecret> bySlowHash(String presented) {
    Map<Long, List<KeySecret>> alike = alike(presented);
    return alike.values().stream().flatMap(of -> of.stream().limit(MOST_ALIKE)).toList();
  }

  /** Whether another key of the organization with this visible beginning might not be found. */
  boolean isCrowded(long organizationId, String prefix) {
    return alike(prefix).getOrDefault(organizationId, List.of()).size() >= MOST_ALIKE;
  }

  /** Keys whose visible beginning is one of the text, by their organizations. */
  private Map<Long, List<KeySecret>> alike(String text) {
    Map<Long, List<KeySecret>> alike = new LinkedHashMap<>();
    List<String> beginnings = beginnings(text);
    if (!beginnings.isEmpty()) {
      store
          .createNamedQuery("KeySecret.byPrefix", Object[].class)
          .setParameter("prefixes", beginnings)
          .getResultList()
          .forEach(
              row ->
                  alike
                      .computeIfAbsent((Long) row[1], id -> new ArrayList<>())
                      .add((KeySecret) row[0]));
    }
    return alike;
  }

  private static List<String> beginnings(String text) {
    return IntStream.rangeClosed(SHORTEST_PREFIX, Math.min(LONGEST_PREFIX, text.length()))
        .mapToObj(length -> text.substring(0, length))
        .toList();
  }

  /** Whether the organization has imported a hash before that is remembered as one of these. */
  boolean isKnownHash(long organizationId, List<String> fingerprints) {
    Query query =
        store.createNativeQuery(
            "SELECT api_key_id FROM imported_hash WHERE organization_id = ? AND fingerprint IN ("
                + String.join(", ", Collections.nCopies(fingerprints.size(), "?"))
                + ")");
    query.setParameter(1, organizationId);
    for (int i = 0; i < fingerprints.size(); i++) {
      query.setParameter(i + 2, fingerprints.get(i));
    }
    return !query.getResultList().isEmpty();
  }

  /** Remembers that a hash was imported, also when its first use has exchanged it. */
  void rememberHash(ApiKey key, String fingerprint) {
    store
        .createNativeQuery(
            "INSERT INTO imported_hash (organization_id, fingerprint, api_key_id)"
                + " VALUES (?1, ?2, ?3)")
        .setParameter(1, key.organizationId())
        .setParameter(2, fingerprint)
        .setParameter(3, key.id())
        .executeUpdate();
  }

  void add(ImportSecret secret) {
    store.persist(secret);
    store.flush();
  }

  /** The latest first; there are a few at most, and none as a rule, which Derby would sort too. */
  List<ImportSecret> all() {
    return store
        .createNamedQuery("ImportSecret.all", ImportSecret.class)
        .getResultStream()
        .sorted(Comparator.comparingLong(ImportSecret::id).reversed())
        .toList();
  }

  Optional<ImportSecret> byFingerprint(long organizationId, String fingerprint) {
    return store
        .createNamedQuery("ImportSecret.byFingerprint", ImportSecret.class)
        .setParameter("organization", organizationId)
        .setParameter("fingerprint", fingerprint)
        .getResultStream()
        .findFirst();
  }

  /** Removes the secrets of other systems that no key needs any more. */
  void forgetUnneeded() {
    for (ImportSecret secret : all()) {
      long left =
          store
              .createNamedQuery("KeySecret.countUnder", Long.class)
              .setParameter("digests", "hmac:" + secret.id() + ":%")
              .getSingleResult();
      if (left == 0) {
        store.remove(secret);
      }
    }
  }
}
