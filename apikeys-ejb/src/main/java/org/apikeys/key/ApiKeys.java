package org.apikeys.key;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.persistence.EntityManager;
import jakarta.persistence.LockModeType;
import jakarta.persistence.PersistenceContext;
import jakarta.persistence.TypedQuery;
import java.time.Instant;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apikeys.api.problem.ProblemException;
import org.apikeys.api.tenant.Caller;
import org.apikeys.check.Expected;
import org.apikeys.limit.Credits;
import org.apikeys.permission.Grants;
import org.jspecify.annotations.Nullable;

/** Finds and keeps keys with all that belongs to them. */
@ApplicationScoped
class ApiKeys {
  @PersistenceContext EntityManager store;
  private final Credits credits;

  @Inject
  ApiKeys(Credits credits) {
    this.credits = credits;
  }

  @SuppressWarnings("NullAway")
  protected ApiKeys() {
    credits = null;
  }

  void add(ApiKey key) {
    store.persist(key);
    store.flush();
    store.persist(new KeyCount(key.id(), key.organizationId()));
    index(key);
  }

  void add(KeySecret secret) {
    store.persist(secret);
  }

  /** Keeps how a key that was just added is configured. */
  void addFirstVersion(ApiKey key, String by, @Nullable Approval approval, Instant now) {
    store.persist(new KeyVersion(key, 1, by, approval, now));
  }

  /** Keeps how the key is configured now as its next version. */
  void addVersion(ApiKey key, String by, @Nullable Approval approval, Instant now) {
    Long last =
        store
            .createNamedQuery("KeyVersion.last", Long.class)
            .setParameter("keyId", key.id())
            .getSingleResult();
    store.persist(new KeyVersion(key, last == null ? 1 : last + 1, by, approval, now));
  }

  /** Who approved of what the key allows as of its latest version; null when nobody had to. */
  @Nullable Approval approvalOf(long keyId) {
    return versionsOf(keyId, null, 0, 1).stream()
        .findFirst()
        .map(KeyVersion::approval)
        .orElse(null);
  }

  void reindex(ApiKey key) {
    store.createNamedQuery("KeyTerm.deleteByKey").setParameter("keyId", key.id()).executeUpdate();
    index(key);
  }

  private void index(ApiKey key) {
    key.configuration().scopes().stream()
        .map(Grants::name)
        .distinct()
        .forEach(scope -> store.persist(new KeyTerm(key.id(), KeyTerm.SCOPE, scope)));
    key.configuration()
        .permissionSets()
        .forEach(set -> store.persist(new KeyTerm(key.id(), KeyTerm.SET, set)));
    key.configuration()
        .tags()
        .forEach(tag -> store.persist(new KeyTerm(key.id(), KeyTerm.TAG, tag)));
  }

  void flush() {
    store.flush();
  }

  Optional<ApiKey> byId(long id) {
    return Optional.ofNullable(store.find(ApiKey.class, id)).map(this::withBalance);
  }

  /** The key, locked until the transaction ends, so that two changes come one after the other. */
  Optional<ApiKey> toChange(long id) {
    return Optional.ofNullable(store.find(ApiKey.class, id, LockModeType.PESSIMISTIC_WRITE))
        .map(this::withBalance);
  }

  /** As {@link #byId}, for a caller who sees it: what they don't see does not exist for them. */
  ApiKey seenBy(Caller caller, long id) {
    return seen(caller, byId(id));
  }

  /** As {@link #toChange(long)}, for a caller who sees it. */
  ApiKey toChange(Caller caller, long id) {
    return seen(caller, toChange(id));
  }

  /** As {@link #toChange(Caller, long)}; refused when it has changed since the expected version. */
  ApiKey toChange(Caller caller, long id, @Nullable Expected expected) {
    ApiKey key = toChange(caller, id);
    Expected.version(expected, key.version(), "The key has changed");
    return key;
  }

  private static ApiKey seen(Caller caller, Optional<ApiKey> key) {
    return key.filter(found -> found.isSeenBy(caller))
        .orElseThrow(() -> ProblemException.notFound("API key"));
  }

  /** With its balance as it is now, when it has one. */
  ApiKey withBalance(ApiKey key) {
    if (key.configuration().credits() != null) {
      key.showBalance(credits.look(key.id()).balance());
    }
    return key;
  }

  KeyUsage usageOf(long keyId) {
    return KeyUsage.of(secretsOf(keyId));
  }

  Optional<KeySecret> secretByDigest(String digest) {
    return store
        .createNamedQuery("KeySecret.byDigest", KeySecret.class)
        .setParameter("digest", digest)
        .getResultStream()
        .findFirst();
  }

  /** All generations, the newest first. */
  List<KeySecret> secretsOf(long keyId) {
    return store
        .createNamedQuery("KeySecret.byKey", KeySecret.class)
        .setParameter("keyId", keyId)
        .getResultList();
  }

  /**
   * Locks all generations until the transaction ends, before anything else of the key: in the order
   * in which deciding reads them and calls are counted, so that nobody waits in a circle. One by
   * one, since a statement locks them in any order (Derby knows none for what is locked).
   */
  void lockSecretsOf(long keyId) {
    store
        .createNamedQuery("KeySecret.generations", Integer.class)
        .setParameter("keyId", keyId)
        .getResultList()
        .forEach(
            generation ->
                store.find(
                    KeySecret.class,
                    new KeySecretId(keyId, generation),
                    LockModeType.PESSIMISTIC_WRITE));
  }

  /** Its versions, the newest first; only those until an instant when one is given. */
  List<KeyVersion> versionsOf(long keyId, @Nullable Instant at, int first, int most) {
    TypedQuery<KeyVersion> query =
        store
            .createNamedQuery(
                at == null ? "KeyVersion.byKey" : "KeyVersion.byKeyAt", KeyVersion.class)
            .setParameter("keyId", keyId);
    if (at != null) {
      query.setParameter("at", at);
    }
    return query.setFirstResult(first).setMaxResults(most).getResultList();
  }

  /** How many versions it has. */
  long countVersions(long keyId) {
    return store
        .createNamedQuery("KeyVersion.count", Long.class)
        .setParameter("keyId", keyId)
        .getSingleResult();
  }

  Map<Long, String> ownersOf(Collection<Long> ids) {
    Map<Long, String> found = new LinkedHashMap<>();
    if (!ids.isEmpty()) {
      store
          .createNamedQuery("ApiKey.owners", Object[].class)
          .setParameter("ids", ids)
          .getResultStream()
          .forEach(row -> found.put((Long) row[0], (String) row[1]));
    }
    return found;
  }

  /**
   * Those keys that are of the organization, as reports about them need to know them.
   *
   * @param owner whose they have to be; null for anybody's
   */
  Map<Long, KeyNumbers.Reported> configurations(
      long organizationId, @Nullable String owner, Collection<Long> ids) {
    Map<Long, KeyNumbers.Reported> found = new LinkedHashMap<>();
    if (!ids.isEmpty()) {
      store
          .createNamedQuery("ApiKey.configurations", ApiKey.class)
          .setParameter("organization", organizationId)
          .setParameter("ids", ids)
          .getResultStream()
          .filter(key -> owner == null || key.owner().equals(owner))
          .forEach(
              key ->
                  found.put(
                      key.id(),
                      new KeyNumbers.Reported(
                          key.generation(),
                          key.configuration().limits().windows(),
                          key.configuration().gateRules())));
    }
    return found;
  }

  /** The scopes that the owner's usable keys were granted by name. */
  List<String> scopesOf(long organizationId, String owner) {
    return store
        .createNamedQuery("KeyTerm.scopesByOwner", String.class)
        .setParameter("organization", organizationId)
        .setParameter("owner", owner)
        .getResultList();
  }

  List<Long> ownedBy(long organizationId, String owner, int most) {
    return store
        .createNamedQuery("ApiKey.numbersByOwner", Long.class)
        .setParameter("organization", organizationId)
        .setParameter("owner", owner)
        .setMaxResults(most)
        .getResultList();
  }
}
