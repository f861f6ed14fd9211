package org.apikeys.notice;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.persistence.EntityManager;
import jakarta.persistence.PersistenceContext;
import jakarta.persistence.TypedQuery;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.apikeys.store.Page;

/** Finds and keeps notices and mails. */
@ApplicationScoped
class Notices {
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

  void forget(Instant before) {
    store.createNamedQuery("InboxNotice.forget").setParameter("before", before).executeUpdate();
  }
}
