package org.apikeys.request;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.persistence.EntityManager;
import jakarta.persistence.LockModeType;
import jakarta.persistence.PersistenceContext;
import jakarta.persistence.TypedQuery;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apikeys.store.Page;
import org.jspecify.annotations.Nullable;

/** Finds and keeps requests with their delegations. */
@ApplicationScoped
class Requests {
  private static final List<RequestStatus> OPEN =
      List.of(RequestStatus.PENDING, RequestStatus.APPROVED);

  @PersistenceContext EntityManager store;

  /**
   * Whose eyes a list is for.
   *
   * @param person user name
   * @param roles what they may decide as
   * @param groups the named groups that they may decide for
   * @param onlyOwn whether they see only what they asked for
   */
  record Reader(
      long organizationId,
      String person,
      Collection<String> roles,
      Collection<String> groups,
      boolean onlyOwn) {}

  void add(KeyRequest request) {
    store.persist(request);
    store.flush();
  }

  void add(Delegation delegation) {
    store.persist(delegation);
  }

  void flush() {
    store.flush();
  }

  Optional<KeyRequest> byId(long id) {
    return Optional.ofNullable(store.find(KeyRequest.class, id));
  }

  /** What happens to it from now on is not written. */
  void detach(KeyRequest request) {
    store.detach(request);
  }

  /** The request, locked until the transaction ends, so that decisions come one after the other. */
  Optional<KeyRequest> toChange(long id) {
    return Optional.ofNullable(store.find(KeyRequest.class, id, LockModeType.PESSIMISTIC_WRITE));
  }

  List<Delegation> delegationsOf(Collection<Long> ids) {
    return ids.isEmpty()
        ? List.of()
        : store
            .createNamedQuery("Delegation.ofRequests", Delegation.class)
            .setParameter("ids", ids)
            .getResultList();
  }

  /** Requests whose time is over and that nobody has noted as such. */
  List<Long> overdue(Instant now, int most) {
    return store
        .createNamedQuery("KeyRequest.overdue", Long.class)
        .setParameter("open", OPEN)
        .setParameter("now", now)
        .setMaxResults(most)
        .getResultList();
  }

  /** Changes that wait for decisions, in the order of their numbers. */
  List<KeyRequest> changesAfter(long id, int most) {
    return store
        .createNamedQuery("KeyRequest.changes", KeyRequest.class)
        .setParameter("pending", RequestStatus.PENDING)
        .setParameter("forNewKeys", List.of(RequestKind.NEW_KEY, RequestKind.EMERGENCY))
        .setParameter("after", id)
        .setMaxResults(most)
        .getResultList();
  }

  List<Long> toRemind(Instant now, int most) {
    return due("KeyRequest.toRemind", now, most);
  }

  List<Long> toEscalate(Instant now, int most) {
    return due("KeyRequest.toEscalate", now, most);
  }

  private List<Long> due(String query, Instant now, int most) {
    return store
        .createNamedQuery(query, Long.class)
        .setParameter("pending", RequestStatus.PENDING)
        .setParameter("now", now)
        .setMaxResults(most)
        .getResultList();
  }

  /** A page of requests, the newest first. */
  Page<KeyRequest> find(Reader reader, RequestFilter filter, Instant now, int page, int size) {
    Map<String, Object> parameters = new LinkedHashMap<>();
    String where = where(reader, filter, now, parameters);
    TypedQuery<KeyRequest> rows =
        store.createQuery(
            "SELECT r FROM KeyRequest r WHERE " + where + " ORDER BY r.createdAt DESC, r.id DESC",
            KeyRequest.class);
    parameters.forEach(rows::setParameter);
    return new Page<>(
        rows.setFirstResult((page - 1) * size).setMaxResults(size).getResultList(),
        count(where, parameters));
  }

  long count(Reader reader, RequestFilter filter, Instant now) {
    Map<String, Object> parameters = new LinkedHashMap<>();
    String where = where(reader, filter, now, parameters);
    return count(where, parameters);
  }

  private long count(String where, Map<String, Object> parameters) {
    TypedQuery<Long> total =
        store.createQuery("SELECT COUNT(r) FROM KeyRequest r WHERE " + where, Long.class);
    parameters.forEach(total::setParameter);
    return total.getSingleResult();
  }

  private static String where(
      Reader reader, RequestFilter filter, Instant now, Map<String, Object> parameters) {
    List<String> all = new ArrayList<>();
    all.add("r.organizationId = :organization");
    parameters.put("organization", reader.organizationId());
    if (reader.onlyOwn() || filter.mine()) {
      all.add("r.requester.nameKey = :own");
      parameters.put("own", KeyRequest.key(reader.person()));
    }
    if (filter.requester() != null) {
      all.add("r.requester.nameKey = :requester");
      parameters.put("requester", KeyRequest.key(filter.requester()));
    }
    if (filter.kind() != null) {
      all.add("r.kind = :kind");
      parameters.put("kind", filter.kind());
    }
    if (filter.status() != null) {
      all.add(status(filter.status(), now, parameters));
    }
    if (filter.awaitingMe()) {
      all.add(awaiting(reader, now, parameters));
    }
    return String.join(" AND ", all);
  }

  private static String status(RequestStatus status, Instant now, Map<String, Object> parameters) {
    parameters.put("status", status);
    if (status == RequestStatus.EXPIRED) {
      parameters.put("open", OPEN);
      parameters.put("now", now);
      return "(r.status = :status OR (r.status IN :open AND r.expiresAt <= :now))";
    }
    if (OPEN.contains(status)) {
      parameters.put("now", now);
      return "r.status = :status AND r.expiresAt > :now";
    }
    return "r.status = :status";
  }

  private static String awaiting(Reader reader, Instant now, Map<String, Object> parameters) {
    String me = KeyRequest.key(reader.person());
    parameters.put("pending", RequestStatus.PENDING);
    parameters.put("present", now);
    parameters.put("me", me);
    parameters.put("mine", like(me));
    List<String> seats = new ArrayList<>();
    seats.add("r.turn.people LIKE :mine ESCAPE '!'");
    seats.add(
        "EXISTS (SELECT d FROM Delegation d WHERE d.requestId = r.id AND d.toKey = :me"
            + " AND d.until > :present)");
    int i = 0;
    for (String role : reader.roles()) {
      seats.add("r.turn.roles LIKE :role" + i + " ESCAPE '!'");
      parameters.put("role" + i, like(role));
      i++;
    }
    i = 0;
    for (String group : reader.groups()) {
      seats.add("r.turn.groups LIKE :group" + i + " ESCAPE '!'");
      parameters.put("group" + i, like(group));
      i++;
    }
    return "r.status = :pending AND r.expiresAt > :present AND r.requester.nameKey <> :me"
        + " AND r.requester.askedBy NOT LIKE :mine ESCAPE '!'"
        + " AND r.turn.approvedBy NOT LIKE :mine ESCAPE '!' AND ("
        + String.join(" OR ", seats)
        + ")";
  }

  private static String like(String word) {
    return "%," + word.replace("!", "!!").replace("%", "!%").replace("_", "!_") + ",%";
  }

  /** What is kept of an optional text. */
  static @Nullable String trimmed(@Nullable String text) {
    return text == null || text.isBlank() ? null : text.strip();
  }
}
