package org.apikeys.notice;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.persistence.EntityManager;
import jakarta.persistence.LockModeType;
import jakarta.persistence.PersistenceContext;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.apikeys.store.Page;

/** Finds and keeps webhooks and their deliveries. */
@ApplicationScoped
class Hooks {
  private static final long NOBODY = -1;

  @PersistenceContext EntityManager store;

  /** A delivery and where it goes. */
  record Due(WebhookDelivery delivery, Webhook webhook) {}

  void add(Webhook webhook) {
    store.persist(webhook);
  }

  void add(WebhookDelivery delivery) {
    store.persist(delivery);
  }

  void flush() {
    store.flush();
  }

  List<Webhook> active(long organizationId) {
    return store
        .createNamedQuery("Webhook.active", Webhook.class)
        .setParameter("organization", organizationId)
        .getResultList();
  }

  Optional<Webhook> byId(long id) {
    return Optional.ofNullable(store.find(Webhook.class, id));
  }

  Optional<Webhook> toChange(long id) {
    return Optional.ofNullable(store.find(Webhook.class, id, LockModeType.PESSIMISTIC_WRITE));
  }

  Optional<WebhookDelivery> delivery(long id) {
    return Optional.ofNullable(store.find(WebhookDelivery.class, id));
  }

  Page<Webhook> find(long organizationId, int page, int size) {
    String where = " FROM Webhook w WHERE w.organizationId = :organization AND w.deletedAt IS NULL";
    return new Page<>(
        store
            .createQuery("SELECT w" + where + " ORDER BY w.id", Webhook.class)
            .setParameter("organization", organizationId)
            .setFirstResult((page - 1) * size)
            .setMaxResults(size)
            .getResultList(),
        store
            .createQuery("SELECT COUNT(w)" + where, Long.class)
            .setParameter("organization", organizationId)
            .getSingleResult());
  }

  Page<WebhookDelivery> deliveries(long webhookId, int page, int size) {
    return new Page<>(
        store
            .createNamedQuery("WebhookDelivery.ofWebhook", WebhookDelivery.class)
            .setParameter("webhook", webhookId)
            .setFirstResult((page - 1) * size)
            .setMaxResults(size)
            .getResultList(),
        store
            .createNamedQuery("WebhookDelivery.count", Long.class)
            .setParameter("webhook", webhookId)
            .getSingleResult());
  }

  List<Due> due(Instant now, int most, Set<Long> closed, Set<Long> fullOrganizations) {
    return store
        .createNamedQuery("WebhookDelivery.due", Object[].class)
        .setParameter("now", now)
        .setParameter("closed", orNobody(closed))
        .setParameter("full", orNobody(fullOrganizations))
        .setMaxResults(most)
        .getResultStream()
        .map(row -> new Due((WebhookDelivery) row[0], (Webhook) row[1]))
        .toList();
  }

  /** An empty list is no SQL. */
  private static Set<Long> orNobody(Set<Long> ids) {
    return ids.isEmpty() ? Set.of(NOBODY) : ids;
  }

  void forget(Instant before) {
    store.createNamedQuery("WebhookDelivery.forget").setParameter("before", before).executeUpdate();
  }
}
