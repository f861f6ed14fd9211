package org.apikeys.key;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.persistence.EntityManager;
import jakarta.persistence.PersistenceContext;
import jakarta.persistence.TypedQuery;
import java.time.Instant;
import java.util.List;
import org.apikeys.store.Pieces;
import org.jspecify.annotations.Nullable;

/** Finds keys by what time has in store for them. */
@ApplicationScoped
class KeyDeadlines {
  private static final int AT_ONCE = 500;
  private static final String LIVING = " k.revokedAt IS NULL AND k.archivedAt IS NULL";

  @PersistenceContext EntityManager store;

  /** Keys that end within the window, and whose owners were not told for so many days. */
  List<Long> toWarn(Instant now, Instant until, int days, int most) {
    return store
        .createQuery(
            "SELECT k.id FROM ApiKey k WHERE"
                + LIVING
                + " AND k.expiresAt > :now AND k.expiresAt <= :until AND (k.warnedExpiry IS NULL"
                + " OR k.warnedExpiry <> k.expiresAt OR k.warnedDays > :days)",
            Long.class)
        .setParameter("now", now)
        .setParameter("until", until)
        .setParameter("days", days)
        .setMaxResults(most)
        .getResultList();
  }

  /** Keys that have ended by themselves, which nobody has noted. */
  List<Long> ended(Instant now, int most) {
    return store
        .createQuery(
            "SELECT k.id FROM ApiKey k WHERE"
                + LIVING
                + " AND k.expiresAt <= :now"
                + " AND (k.notedExpiry IS NULL OR k.notedExpiry <> k.expiresAt)",
            Long.class)
        .setParameter("now", now)
        .setMaxResults(most)
        .getResultList();
  }

  /** Keys that ended or were revoked before these instants. */
  List<Long> toArchive(Instant endedBefore, Instant revokedBefore, int most) {
    return store
        .createQuery(
            "SELECT k.id FROM ApiKey k WHERE k.archivedAt IS NULL AND (k.revokedAt <= :revoked"
                + " OR (k.revokedAt IS NULL AND k.expiresAt <= :ended))",
            Long.class)
        .setParameter("revoked", revokedBefore)
        .setParameter("ended", endedBefore)
        .setMaxResults(most)
        .getResultList();
  }

  /** Keys whose secret is older than their rule, and whose owners were not told lately. */
  List<Long> toRotate(Instant now, Instant toldBefore, int most) {
    return store
        .createQuery(
            "SELECT k.id FROM ApiKey k WHERE"
                + LIVING
                + " AND k.rotationDueAt <= :now AND (k.expiresAt IS NULL OR k.expiresAt > :now)"
                + " AND (k.rotationToldAt IS NULL OR k.rotationToldAt <= :told)",
            Long.class)
        .setParameter("now", now)
        .setParameter("told", toldBefore)
        .setMaxResults(most)
        .getResultList();
  }

  /** Whose keys they are. */
  public record Holder(long organizationId, String owner) {}

  /** Who has usable keys that nobody used since an instant. */
  List<Holder> holdersOfUnused(Instant now, Instant since, int most) {
    return unused("SELECT DISTINCT k.organizationId, k.owner", Object[].class, "", now, since)
        .setMaxResults(most)
        .getResultList()
        .stream()
        .map(row -> new Holder((long) row[0], (String) row[1]))
        .toList();
  }

  /** A key in short. */
  record Named(long id, String name) {}

  /** The usable keys of somebody that nobody used since an instant, the oldest first. */
  List<Named> unused(Holder holder, Instant now, Instant since, int most) {
    return unused(
            "SELECT k.id, k.name",
            Object[].class,
            " AND k.organizationId = :organization AND k.owner = :owner ORDER BY k.id",
            now,
            since)
        .setParameter("organization", holder.organizationId())
        .setParameter("owner", holder.owner())
        .setMaxResults(most)
        .getResultList()
        .stream()
        .map(row -> new Named((long) row[0], (String) row[1]))
        .toList();
  }

  /** Notes that their owner was asked about them; that makes them no other keys. */
  void unusedTold(List<Named> some, Instant now) {
    for (List<Named> piece : Pieces.of(some, AT_ONCE)) {
      store
          .createQuery("UPDATE ApiKey k SET k.unusedToldAt = :now WHERE k.id IN :ids")
          .setParameter("now", now)
          .setParameter("ids", piece.stream().map(Named::id).toList())
          .executeUpdate();
    }
  }

  private <T> TypedQuery<T> unused(
      String select, Class<T> type, String which, Instant now, Instant since) {
    return store
        .createQuery(
            select
                + " FROM ApiKey k, KeyCount c WHERE c.keyId = k.id AND"
                + LIVING
                + " AND k.active = TRUE AND k.createdAt <= :since"
                + " AND (k.expiresAt IS NULL OR k.expiresAt > :now)"
                + " AND c.lastUsedMillis <= :millis"
                + " AND (k.unusedToldAt IS NULL OR k.unusedToldAt <= :since)"
                + which,
            type)
        .setParameter("since", since)
        .setParameter("now", now)
        .setParameter("millis", since.toEpochMilli());
  }

  /** What comes at an instant that a column holds. */
  enum Coming {
    EXPIRY("k.expiresAt"),
    ROTATION("k.rotationDueAt");

    private final String path;

    Coming(String path) {
      this.path = path;
    }
  }

  List<ApiKey> coming(
      Coming what,
      long organizationId,
      @Nullable String owner,
      Instant from,
      Instant until,
      int most) {
    return query("SELECT k", ApiKey.class, what, organizationId, owner, from, until, true)
        .setMaxResults(most)
        .getResultList();
  }

  long countComing(
      Coming what, long organizationId, @Nullable String owner, Instant from, Instant until) {
    return query("SELECT COUNT(k)", Long.class, what, organizationId, owner, from, until, false)
        .getSingleResult();
  }

  private <T> TypedQuery<T> query(
      String select,
      Class<T> type,
      Coming what,
      long organizationId,
      @Nullable String owner,
      Instant from,
      Instant until,
      boolean sorted) {
    TypedQuery<T> query =
        store.createQuery(
            select
                + " FROM ApiKey k WHERE k.organizationId = :organization AND"
                + LIVING
                + (" AND " + what.path + " > :from AND " + what.path + " <= :until")
                + (owner == null ? "" : " AND k.owner = :owner")
                + (sorted ? " ORDER BY " + what.path + ", k.id" : ""),
            type);
    query
        .setParameter("organization", organizationId)
        .setParameter("from", from)
        .setParameter("until", until);
    if (owner != null) {
      query.setParameter("owner", owner);
    }
    return query;
  }
}
