package org.apikeys.key;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.persistence.EntityManager;
import jakarta.persistence.LockModeType;
import jakarta.persistence.PersistenceContext;
import jakarta.persistence.TypedQuery;
import java.time.Instant;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.apikeys.limit.Credits;
import org.apikeys.permission.Grants;
import org.apikeys.store.Page;
import org.jspecify.annotations.Nullable;

/** Finds and keeps keys with all that belongs to them. */
@ApplicationScoped
class ApiKeys {
  @PersistenceContext EntityManager store;
  private final Credits credits;
  private final KeyTotals totals;

  @Inject
  ApiKeys(Credits credits, KeyTotals totals) {
    this.credits = credits;
    this.totals = totals;
  }

  @SuppressWarnings("NullAway")
  protected ApiKeys() {
    credits = null;
    totals = null;
  }

  /** A key beside its counts. */
  record Counted(ApiKey key, KeyUsage usage) {}

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

  /** With its balance as it is now, when it has one. */
  private ApiKey withBalance(ApiKey key) {
    if (key.configuration().credits() != null) {
      key.showBalance(credits.look(key.id()).balance());
    }
    return key;
  }

  KeyUsage usageOf(long keyId) {
    return KeyUsage.of(secretsOf(keyId));
  }

  /** Keys with what they were used for, by one question for all of them. */
  private List<Counted> counted(List<ApiKey> keys) {
    if (keys.isEmpty()) {
      return List.of();
    }
    Map<Long, List<KeySecret>> secrets =
        store
            .createNamedQuery("KeySecret.byKeys", KeySecret.class)
            .setParameter("keyIds", keys.stream().map(ApiKey::id).toList())
            .getResultStream()
            .collect(Collectors.groupingBy(KeySecret::keyId));
    return keys.stream()
        .map(key -> new Counted(key, KeyUsage.of(secrets.getOrDefault(key.id(), List.of()))))
        .toList();
  }

  Optional<KeySecret> secretByDigest(String digest) {
    return store
        .createNamedQuery("KeySecret.byDigest", KeySecret.class)
        .setParameter("digest", digest)
        .getResultStream()
        .findFirst();
  }

  /** Secrets of other systems whose visible beginning is one of these. */
  List<KeySecret> secretsByPrefix(List<String> prefixes) {
    return store
        .createNamedQuery("KeySecret.byPrefix", KeySecret.class)
        .setParameter("prefixes", prefixes)
        .setMaxResults(100)
        .getResultList();
  }

  void add(ImportSecret secret) {
    store.persist(secret);
    store.flush();
  }

  /** The latest first; there are a few at most, and none as a rule, which Derby would sort too. */
  List<ImportSecret> importSecrets() {
    return store
        .createNamedQuery("ImportSecret.all", ImportSecret.class)
        .getResultStream()
        .sorted(Comparator.comparingLong(ImportSecret::id).reversed())
        .toList();
  }

  Optional<ImportSecret> importSecret(long organizationId, String fingerprint) {
    return store
        .createNamedQuery("ImportSecret.byFingerprint", ImportSecret.class)
        .setParameter("organization", organizationId)
        .setParameter("fingerprint", fingerprint)
        .getResultStream()
        .findFirst();
  }

  /** Removes the secrets of other systems that no key needs any more. */
  void forgetImportSecrets() {
    for (ImportSecret secret : importSecrets()) {
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

  /** All generations, the newest first. */
  List<KeySecret> secretsOf(long keyId) {
    return store
        .createNamedQuery("KeySecret.byKey", KeySecret.class)
        .setParameter("keyId", keyId)
        .getResultList();
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

  /** The present generations of those keys that are of the organization. */
  Map<Long, Integer> generations(long organizationId, Collection<Long> ids) {
    Map<Long, Integer> found = new LinkedHashMap<>();
    if (!ids.isEmpty()) {
      store
          .createNamedQuery("ApiKey.generations", Object[].class)
          .setParameter("organization", organizationId)
          .setParameter("ids", ids)
          .getResultStream()
          .forEach(row -> found.put((Long) row[0], (Integer) row[1]));
    }
    return found;
  }

  /** Those keys that are of the organization, as reports about them need to know them. */
  Map<Long, KeyNumbers.Reported> configurations(long organizationId, Collection<Long> ids) {
    Map<Long, KeyNumbers.Reported> found = new LinkedHashMap<>();
    if (!ids.isEmpty()) {
      store
          .createNamedQuery("ApiKey.configurations", ApiKey.class)
          .setParameter("organization", organizationId)
          .setParameter("ids", ids)
          .getResultStream()
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

  long countActive(long organizationId, @Nullable String owner, Instant now) {
    Map<String, Object> parameters = new LinkedHashMap<>();
    String where = where(organizationId, owner, KeyFilter.ACTIVE, now, parameters);
    TypedQuery<Long> count =
        store.createQuery("SELECT COUNT(k) FROM ApiKey k WHERE " + where, Long.class);
    parameters.forEach(count::setParameter);
    return count.getSingleResult();
  }

  /** A page of the keys of an organization; only those of one owner when one is given. */
  Page<Counted> find(
      long organizationId,
      @Nullable String onlyOwner,
      KeyFilter filter,
      Instant now,
      int page,
      int size) {
    Map<String, Object> parameters = new LinkedHashMap<>();
    String where = where(organizationId, onlyOwner, filter, now, parameters);
    String direction = filter.descending() ? " DESC" : " ASC";
    boolean byCounts = filter.sort().isOfCounts();
    TypedQuery<ApiKey> rows =
        store.createQuery(
            (byCounts
                    // so that an index on the counts can be read in order
                    ? "SELECT k FROM ApiKey k, KeyCount c WHERE c.keyId = k.id"
                        + " AND c.organizationId = :organization AND "
                    : "SELECT k FROM ApiKey k WHERE ")
                + where
                + " ORDER BY "
                + filter.sort().path()
                + direction
                + (byCounts ? ", c.keyId" : ", k.id")
                + direction,
            ApiKey.class);
    parameters.forEach(rows::setParameter);
    List<ApiKey> found =
        rows.setFirstResult((page - 1) * size).setMaxResults(size).getResultList().stream()
            .map(this::withBalance)
            .toList();
    return new Page<>(counted(found), total(where, parameters));
  }

  private long total(String where, Map<String, Object> parameters) {
    return totals.of(
        where,
        parameters,
        () -> {
          TypedQuery<Long> count =
              store.createQuery("SELECT COUNT(k) FROM ApiKey k WHERE " + where, Long.class);
          parameters.forEach(count::setParameter);
          return count.getSingleResult();
        },
        (from, to) ->
            store
                .createQuery(
                    "SELECT COUNT(k) FROM ApiKey k WHERE k.organizationId = :organization"
                        + " AND k.expiresAt > :from AND k.expiresAt <= :to",
                    Long.class)
                .setParameter("organization", parameters.get("organization"))
                .setParameter("from", from)
                .setParameter("to", to)
                .getSingleResult());
  }

  /**
   * A page of the keys that were not revoked, the newest first; only those of one owner when one is
   * given.
   */
  Page<Counted> findUnrevoked(long organizationId, @Nullable String owner, int page, int size) {
    String where =
        "k.organizationId = :organization AND k.revokedAt IS NULL"
            + (owner == null ? "" : " AND k.owner = :owner");
    TypedQuery<ApiKey> rows =
        store.createQuery(
            "SELECT k FROM ApiKey k WHERE " + where + " ORDER BY k.createdAt DESC, k.id DESC",
            ApiKey.class);
    TypedQuery<Long> total =
        store.createQuery("SELECT COUNT(k) FROM ApiKey k WHERE " + where, Long.class);
    rows.setParameter("organization", organizationId);
    total.setParameter("organization", organizationId);
    if (owner != null) {
      rows.setParameter("owner", owner);
      total.setParameter("owner", owner);
    }
    List<ApiKey> found = rows.setFirstResult((page - 1) * size).setMaxResults(size).getResultList();
    return new Page<>(counted(found), total.getSingleResult());
  }

  /** The keys of an organization that hold a permission set and were not revoked. */
  Page<ApiKey> holdingSet(long organizationId, String set, int page, int size) {
    String where =
        "k.organizationId = :organization AND k.revokedAt IS NULL AND EXISTS (SELECT t FROM KeyTerm"
            + " t WHERE t.keyId = k.id AND t.kind = '"
            + KeyTerm.SET
            + "' AND t.term = :set)";
    List<ApiKey> found =
        store
            .createQuery("SELECT k FROM ApiKey k WHERE " + where + " ORDER BY k.id", ApiKey.class)
            .setParameter("organization", organizationId)
            .setParameter("set", set)
            .setFirstResult((page - 1) * size)
            .setMaxResults(size)
            .getResultList();
    Long total =
        store
            .createQuery("SELECT COUNT(k) FROM ApiKey k WHERE " + where, Long.class)
            .setParameter("organization", organizationId)
            .setParameter("set", set)
            .getSingleResult();
    return new Page<>(found, total);
  }

  private static String where(
      long organizationId,
      @Nullable String onlyOwner,
      KeyFilter filter,
      Instant now,
      Map<String, Object> parameters) {
    StringBuilder where = new StringBuilder("k.organizationId = :organization");
    parameters.put("organization", organizationId);
    equal(where, parameters, "k.owner", "onlyOwner", onlyOwner);
    equal(where, parameters, "k.owner", "owner", filter.owner());
    equal(where, parameters, "k.environment", "environment", filter.environment());
    equal(where, parameters, "k.type", "type", filter.type());
    term(where, parameters, KeyTerm.SCOPE, filter.scope());
    term(where, parameters, KeyTerm.TAG, filter.tag());
    if (filter.q() != null) {
      where.append(" AND (k.nameKey LIKE :words ESCAPE '!' OR k.keyPrefix LIKE :start ESCAPE '!')");
      parameters.put("words", "%" + escaped(filter.q().toLowerCase(Locale.ROOT)) + "%");
      parameters.put("start", escaped(filter.q()) + "%");
    }
    if (filter.status() != null) {
      where.append(" AND ").append(status(filter.status(), now, parameters));
    }
    return where.toString();
  }

  private static void equal(
      StringBuilder where,
      Map<String, Object> parameters,
      String path,
      String name,
      @Nullable String value) {
    if (value != null) {
      where.append(" AND ").append(path).append(" = :").append(name);
      parameters.put(name, value);
    }
  }

  private static void term(
      StringBuilder where, Map<String, Object> parameters, String kind, @Nullable String term) {
    if (term != null) {
      where
          .append(" AND EXISTS (SELECT t FROM KeyTerm t WHERE t.keyId = k.id AND t.kind = '")
          .append(kind)
          .append("' AND t.term = :")
          .append(kind)
          .append(')');
      parameters.put(kind, term);
    }
  }

  private static String status(KeyStatus status, Instant now, Map<String, Object> parameters) {
    String live =
        "k.archivedAt IS NULL AND k.revokedAt IS NULL AND (k.expiresAt IS NULL OR k.expiresAt > :now)";
    if (status != KeyStatus.REVOKED && status != KeyStatus.ARCHIVED) {
      parameters.put("now", now);
    }
    return switch (status) {
      case ARCHIVED -> "k.archivedAt IS NOT NULL";
      case REVOKED -> "k.archivedAt IS NULL AND k.revokedAt IS NOT NULL";
      case EXPIRED -> "k.archivedAt IS NULL AND k.revokedAt IS NULL AND k.expiresAt <= :now";
      case INACTIVE -> live + " AND k.active = FALSE";
      case ACTIVE -> live + " AND k.active = TRUE";
    };
  }

  private static String escaped(String words) {
    return words.replace("!", "!!").replace("%", "!%").replace("_", "!_");
  }
}
