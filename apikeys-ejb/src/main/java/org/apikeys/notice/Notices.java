package org.apikeys.notice;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.persistence.EntityManager;
import jakarta.persistence.PersistenceContext;
import jakarta.persistence.TypedQuery;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.apikeys.audit.Retention;
import org.apikeys.store.Page;

/** Finds and keeps notices and mails. */
@ApplicationScoped
class Notices {
  /** What is old and that no legal hold keeps, of everybody or of the person who was told. */
  private static final String FORGET =
      "DELETE FROM notice AS n WHERE n.created_at < ?1 AND "
          + Retention.notHeld(
              "n.organization_id",
              "n.created_at",
              "LOWER(h.subject) = n.person_key OR EXISTS (SELECT 1 FROM person p WHERE"
                  + " p.username_key = n.person_key AND"
                  + " h.subject = 'user-' || TRIM(CAST(p.id AS CHAR(20))))");

  @PersistenceContext EntityManager store;

  void add(InboxNotice notice) {
    store.persist(notice);
  }

  void add(Mail mail) {
    store.persist(mail);
  }

  Optional<InboxNotice> byId(long id) {
    return Optional.ofNullable(store.find(InboxNotice.class, id));
  }

  long unread(long organizationId, String person) {
    return store
        .createNamedQuery("InboxNotice.unread", Long.class)
        .setParameter("organization", organizationId)
        .setParameter("person", person)
        .getSingleResult();
  }

  int readAll(long organizationId, String person, Instant now) {
    return store
        .createNamedQuery("InboxNotice.readAll")
        .setParameter("organization", organizationId)
        .setParameter("person", person)
        .setParameter("now", now)
        .executeUpdate();
  }

  Page<InboxNotice> find(
      long organizationId, String person, boolean unreadOnly, int page, int size) {
    String where =
        " FROM InboxNotice n WHERE n.organizationId = :organization AND n.person = :person"
            + (unreadOnly ? " AND n.readAt IS NULL" : "");
    TypedQuery<InboxNotice> rows =
        store.createQuery(
            "SELECT n" + where + " ORDER BY n.createdAt DESC, n.id DESC", InboxNotice.class);
    TypedQuery<Long> total = store.createQuery("SELECT COUNT(n)" + where, Long.class);
    for (TypedQuery<?> query : List.of(rows, total)) {
      query.setParameter("organization", organizationId).setParameter("person", person);
    }
    return new Page<>(
        rows.setFirstResult((page - 1) * size).setMaxResults(size).getResultList(),
        total.getSingleResult());
  }

  List<Mail> dueMails(Instant now, int most) {
    return store
        .createNamedQuery("Mail.due", Mail.class)
        .setParameter("now", now)
        .setMaxResults(most)
        .getResultList();
  }

  Optional<Mail> mail(long id) {
    return Optional.ofNullable(store.find(Mail.class, id));
  }

  void remove(Mail mail) {
    store.remove(mail);
  }

  /** What people were told before, and mails of then that were given up. */
  void forget(Instant before) {
    store.createNativeQuery(FORGET).setParameter(1, before.toEpochMilli()).executeUpdate();
    store.createNamedQuery("Mail.forget").setParameter("before", before).executeUpdate();
  }
}
