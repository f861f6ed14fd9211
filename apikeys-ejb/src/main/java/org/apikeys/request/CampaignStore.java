package org.apikeys.request;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.persistence.EntityManager;
import jakarta.persistence.LockModeType;
import jakarta.persistence.PersistenceContext;
import jakarta.persistence.TypedQuery;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.apikeys.store.Page;
import org.jspecify.annotations.Nullable;

/** Finds and keeps campaigns and their items. */
@ApplicationScoped
class CampaignStore {
  @PersistenceContext EntityManager store;

  void add(Campaign campaign) {
    store.persist(campaign);
    store.flush();
  }

  void add(CampaignItem item) {
    store.persist(item);
  }

  void flush() {
    store.flush();
  }

  Optional<Campaign> byId(long id) {
    return Optional.ofNullable(store.find(Campaign.class, id));
  }

  Optional<Campaign> toChange(long id) {
    return Optional.ofNullable(store.find(Campaign.class, id, LockModeType.PESSIMISTIC_WRITE));
  }

  Optional<CampaignItem> item(long campaignId, long keyId) {
    return Optional.ofNullable(
        store.find(
            CampaignItem.class,
            new CampaignItemId(campaignId, keyId),
            LockModeType.PESSIMISTIC_WRITE));
  }

  List<CampaignItem> open(long campaignId, int most) {
    return store
        .createNamedQuery("CampaignItem.open", CampaignItem.class)
        .setParameter("campaign", campaignId)
        .setMaxResults(most)
        .getResultList();
  }

  /** How many keys that are still there nobody has spoken of, by who owns them now. */
  Map<String, Long> openByOwner(long campaignId) {
    Map<String, Long> open = new TreeMap<>();
    store
        .createNamedQuery("CampaignItem.openByOwner", Object[].class)
        .setParameter("campaign", campaignId)
        .getResultStream()
        .forEach(row -> open.put((String) row[0], (Long) row[1]));
    return open;
  }

  List<Long> overdue(Instant now) {
    return store
        .createNamedQuery("Campaign.overdue", Long.class)
        .setParameter("now", now)
        .getResultList();
  }

  List<Long> toRemind(Instant now) {
    return store
        .createNamedQuery("Campaign.toRemind", Long.class)
        .setParameter("now", now)
        .getResultList();
  }

  /**
   * How many items of each state each campaign has, but for those that are open: an item that is
   * decided while they are counted leaves them, so that a count of both would have it twice or not.
   */
  Map<Long, Map<String, Long>> decided(Collection<Long> ids) {
    Map<Long, Map<String, Long>> counts = new HashMap<>();
    if (!ids.isEmpty()) {
      store
          .createNamedQuery("CampaignItem.decided", Object[].class)
          .setParameter("ids", ids)
          .getResultStream()
          .forEach(
              row ->
                  counts
                      .computeIfAbsent((Long) row[0], id -> new HashMap<>())
                      .put((String) row[1], (Long) row[2]));
    }
    return counts;
  }

  Page<Campaign> find(long organizationId, @Nullable String status, int page, int size) {
    String where =
        " FROM Campaign c WHERE c.organizationId = :organization"
            + (status == null ? "" : " AND c.status = :status");
    TypedQuery<Campaign> rows =
        store.createQuery("SELECT c" + where + " ORDER BY c.id DESC", Campaign.class);
    TypedQuery<Long> total = store.createQuery("SELECT COUNT(c)" + where, Long.class);
    for (TypedQuery<?> query : List.of(rows, total)) {
      query.setParameter("organization", organizationId);
      if (status != null) {
        query.setParameter("status", status);
      }
    }
    return new Page<>(
        rows.setFirstResult((page - 1) * size).setMaxResults(size).getResultList(),
        total.getSingleResult());
  }

  /**
   * The keys of a campaign.
   *
   * @param owner who owns them now; null for anybody
   */
  Page<CampaignItem> items(
      Campaign campaign, @Nullable String owner, @Nullable String status, int page, int size) {
    String where =
        " FROM CampaignItem i WHERE i.campaignId = :campaign"
            + (owner == null
                ? ""
                : " AND i.keyId IN (SELECT k.id FROM ApiKey k"
                    + " WHERE k.organizationId = :organization AND k.owner = :owner)")
            + (status == null ? "" : " AND i.status = :status");
    TypedQuery<CampaignItem> rows =
        store.createQuery("SELECT i" + where + " ORDER BY i.keyId", CampaignItem.class);
    TypedQuery<Long> total = store.createQuery("SELECT COUNT(i)" + where, Long.class);
    for (TypedQuery<?> query : List.of(rows, total)) {
      query.setParameter("campaign", campaign.id());
      if (owner != null) {
        query.setParameter("organization", campaign.organizationId());
        query.setParameter("owner", owner);
      }
      if (status != null) {
        query.setParameter("status", status);
      }
    }
    return new Page<>(
        rows.setFirstResult((page - 1) * size).setMaxResults(size).getResultList(),
        total.getSingleResult());
  }
}
