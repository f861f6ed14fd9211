package org.apikeys.key;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.persistence.EntityManager;
import jakarta.persistence.PersistenceContext;
import jakarta.persistence.TypedQuery;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.apikeys.permission.SetHolders;
import org.apikeys.store.Page;
import org.jspecify.annotations.Nullable;

/** Finds keys by what they are like, a page at a time, and counts them. */
@ApplicationScoped
class KeyLists implements SetHolders {
  @PersistenceContext EntityManager store;
  private final ApiKeys keys;
  private final KeyTotals totals;

  @Inject
  KeyLists(ApiKeys keys, KeyTotals totals) {
    this.keys = keys;
    this.totals = totals;
  }

  @SuppressWarnings("NullAway")
  protected KeyLists() {
    keys = null;
    totals = null;
  }

  /** A key beside its counts. */
  record Counted(ApiKey key, KeyUsage usage) {}

  long countActive(long organizationId, @Nullable String owner, Instant now) {
    Map<String, Object> parameters = new LinkedHashMap<>();
    String where = where(organizationId, owner, KeyFilter.ACTIVE, now, parameters);
    return count(where, parameters);
  }

  private long count(String where, Map<String, Object> parameters) {
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
            .map(keys::withBalance)
            .toList();
    return new Page<>(counted(found), total(where, parameters));
  }

  private long total(String where, Map<String, Object> parameters) {
    return totals.of(
        where,
        parameters,
        () -> count(where, parameters),
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
    StringBuilder unrevoked =
        new StringBuilder("k.organizationId = :organization AND k.revokedAt IS NULL");
    Map<String, Object> parameters = new LinkedHashMap<>();
    parameters.put("organization", organizationId);
    equal(unrevoked, parameters, "k.owner", "owner", owner);
    String where = unrevoked.toString();
    List<ApiKey> found = page(where, "k.createdAt DESC, k.id DESC", parameters, page, size);
    return new Page<>(counted(found), count(where, parameters));
  }

  private List<ApiKey> page(
      String where, String order, Map<String, Object> parameters, int page, int size) {
    TypedQuery<ApiKey> rows =
        store.createQuery(
            "SELECT k FROM ApiKey k WHERE " + where + " ORDER BY " + order, ApiKey.class);
    parameters.forEach(rows::setParameter);
    return rows.setFirstResult((page - 1) * size).setMaxResults(size).getResultList();
  }

  /** The keys that fit, the oldest first, without all else that is known of them. */
  List<KeyReader.Owned> owned(
      long organizationId, @Nullable String onlyOwner, KeyFilter filter, Instant now, int most) {
    Map<String, Object> parameters = new LinkedHashMap<>();
    String where = where(organizationId, onlyOwner, filter, now, parameters);
    TypedQuery<Object[]> rows =
        store.createQuery(
            "SELECT k.id, k.name, k.owner FROM ApiKey k WHERE " + where + " ORDER BY k.id",
            Object[].class);
    parameters.forEach(rows::setParameter);
    return rows.setMaxResults(most)
        .getResultStream()
        .map(row -> new KeyReader.Owned((Long) row[0], (String) row[1], (String) row[2]))
        .toList();
  }

  /** The keys of an organization that hold a permission set and were not revoked or archived. */
  Page<ApiKey> holdingSet(long organizationId, String set, int page, int size) {
    String where =
        "k.organizationId = :organization AND k.revokedAt IS NULL AND k.archivedAt IS NULL"
            + " AND EXISTS (SELECT t FROM KeyTerm t WHERE t.keyId = k.id AND t.kind = '"
            + KeyTerm.SET
            + "' AND t.term = :set)";
    Map<String, Object> parameters = Map.of("organization", organizationId, "set", set);
    return new Page<>(page(where, "k.id", parameters, page, size), count(where, parameters));
  }

  @Override
  public Page<String> holding(long organizationId, String set, int most) {
    Page<ApiKey> found = holdingSet(organizationId, set, 1, most);
    return new Page<>(found.items().stream().map(key -> "key-" + key.id()).toList(), found.total());
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
