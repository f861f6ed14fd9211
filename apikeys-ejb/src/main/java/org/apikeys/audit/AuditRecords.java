package org.apikeys.audit;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.persistence.EntityManager;
import jakarta.persistence.PersistenceContext;
import jakarta.persistence.criteria.CriteriaBuilder;
import jakarta.persistence.criteria.CriteriaQuery;
import jakarta.persistence.criteria.Predicate;
import jakarta.persistence.criteria.Root;
import jakarta.persistence.criteria.Subquery;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Finds records. */
@ApplicationScoped
class AuditRecords {
  private static final char ESCAPE = '!';
  private static final String PERSON = "user-";
  private static final String KEY = "key-";
  private static final String A_KEY = "key:";
  private static final Pattern NUMBER = Pattern.compile("[1-9][0-9]{0,17}");

  /** How many sequences are looked through first, and how many times as many each time after. */
  private static final long FIRST_PART = 256;

  private static final int GROWTH = 4;

  @PersistenceContext EntityManager store;
  private final LogStore log;

  @Inject
  AuditRecords(LogStore log) {
    this.log = log;
  }

  @SuppressWarnings("NullAway")
  protected AuditRecords() {
    log = null;
  }

  Optional<AuditRecord> bySequence(long sequence) {
    return Optional.ofNullable(store.find(AuditRecord.class, sequence));
  }

  /**
   * The newest records first, looked for from the end of the log back, part by part: Derby reads no
   * index backwards, and would sort all of the log that fits for each page.
   */
  List<AuditRecord> find(EventFilter filter, @Nullable Long organizationId, int most) {
    List<AuditRecord> found = new ArrayList<>();
    long end = log.head().lastSequence() + 1;
    if (filter.before() != null) {
      end = Math.min(end, filter.before());
    }
    for (long part = FIRST_PART; end > 1 && found.size() < most; part *= GROWTH) {
      long begin = Math.max(1, end - part);
      found.addAll(newest(filter, organizationId, begin, end, most - found.size()));
      end = begin;
    }
    return found;
  }

  private List<AuditRecord> newest(
      EventFilter filter, @Nullable Long organizationId, long begin, long end, int most) {
    CriteriaBuilder is = store.getCriteriaBuilder();
    CriteriaQuery<AuditRecord> query = is.createQuery(AuditRecord.class);
    Root<AuditRecord> record = query.from(AuditRecord.class);
    List<Predicate> wanted = matching(is, record, filter, organizationId);
    wanted.add(is.greaterThanOrEqualTo(record.get("sequence"), begin));
    wanted.add(is.lessThan(record.get("sequence"), end));
    query.where(wanted.toArray(Predicate[]::new)).orderBy(is.desc(record.get("sequence")));
    return store.createQuery(query).setMaxResults(most).getResultList();
  }

  /** The records behind a sequence that a filter lets through, the oldest first. */
  List<AuditRecord> findAfter(
      EventFilter filter, @Nullable Long organizationId, long after, long upTo, int most) {
    CriteriaBuilder is = store.getCriteriaBuilder();
    CriteriaQuery<AuditRecord> query = is.createQuery(AuditRecord.class);
    Root<AuditRecord> record = query.from(AuditRecord.class);
    List<Predicate> wanted = matching(is, record, filter, organizationId);
    wanted.add(is.greaterThan(record.get("sequence"), after));
    wanted.add(is.lessThanOrEqualTo(record.get("sequence"), upTo));
    query.where(wanted.toArray(Predicate[]::new)).orderBy(is.asc(record.get("sequence")));
    return store.createQuery(query).setMaxResults(most).getResultList();
  }

  private static List<Predicate> matching(
      CriteriaBuilder is,
      Root<AuditRecord> record,
      EventFilter filter,
      @Nullable Long organizationId) {
    List<Predicate> wanted = new ArrayList<>();
    if (organizationId != null) {
      wanted.add(is.equal(record.get("organizationId"), organizationId));
    }
    if (filter.from() != null) {
      wanted.add(is.greaterThanOrEqualTo(record.get("recordedAt"), filter.from()));
    }
    if (filter.to() != null) {
      wanted.add(is.lessThan(record.get("recordedAt"), filter.to()));
    }
    if (filter.actor() != null) {
      wanted.add(
          is.or(
              is.equal(record.get("actorName"), filter.actor()),
              is.equal(record.get("actorId"), filter.actor())));
    }
    if (filter.actions() != null) {
      wanted.add(record.get("action").in(filter.actions()));
    }
    if (filter.target() != null) {
      wanted.add(target(is, record, filter.target()));
    }
    if (filter.outcome() != null) {
      wanted.add(is.equal(record.get("outcome"), filter.outcome()));
    }
    if (filter.q() != null) {
      wanted.add(is.like(record.get("words"), containing(filter.q()), ESCAPE));
    }
    return wanted;
  }

  /** Records behind a sequence, the oldest first. */
  List<AuditRecord> inOrder(
      Selection selection, @Nullable Long organizationId, long after, long upTo, int most) {
    CriteriaBuilder is = store.getCriteriaBuilder();
    CriteriaQuery<AuditRecord> query = is.createQuery(AuditRecord.class);
    Root<AuditRecord> record = query.from(AuditRecord.class);
    List<Predicate> wanted = selected(is, query, record, selection, organizationId, upTo);
    wanted.add(is.greaterThan(record.get("sequence"), after));
    query.where(wanted.toArray(Predicate[]::new)).orderBy(is.asc(record.get("sequence")));
    return store.createQuery(query).setMaxResults(most).getResultList();
  }

  long count(Selection selection, @Nullable Long organizationId, long upTo) {
    CriteriaBuilder is = store.getCriteriaBuilder();
    CriteriaQuery<Long> query = is.createQuery(Long.class);
    Root<AuditRecord> record = query.from(AuditRecord.class);
    query
        .select(is.count(record))
        .where(
            selected(is, query, record, selection, organizationId, upTo).toArray(Predicate[]::new));
    return store.createQuery(query).getSingleResult();
  }

  private List<Predicate> selected(
      CriteriaBuilder is,
      CriteriaQuery<?> query,
      Root<AuditRecord> record,
      Selection selection,
      @Nullable Long organizationId,
      long upTo) {
    List<Predicate> wanted = matching(is, record, selection.events(), organizationId);
    wanted.add(is.lessThanOrEqualTo(record.get("sequence"), upTo));
    if (!selection.keys().isEmpty()) {
      wanted.add(
          is.or(
              is.and(
                  is.equal(record.get("targetType"), "key"),
                  record.get("targetId").in(selection.keys())),
              is.and(
                  is.equal(record.get("targetType"), "request"),
                  record.get("targetId").in(requestsFor(selection.keys()))),
              record.get("actorId").in(selection.keys())));
    }
    if (selection.subject() != null) {
      wanted.add(about(is, query, record, selection.subject()));
    }
    return wanted;
  }

  /** The requests that keys were issued or changed by. */
  private List<String> requestsFor(Set<String> keys) {
    String numbers =
        keys.stream()
            .map(key -> Long.toString(Long.parseLong(key.substring(KEY.length()))))
            .collect(Collectors.joining(", "));
    List<?> found =
        store
            .createNativeQuery("SELECT id FROM key_request WHERE api_key_id IN (" + numbers + ")")
            .getResultList();
    // no request has the number 0: a list in a query is never empty
    return Stream.concat(Stream.of("0"), found.stream().map(String::valueOf)).toList();
  }

  private static Predicate about(
      CriteriaBuilder is, CriteriaQuery<?> query, Root<AuditRecord> record, String subject) {
    Subquery<Long> mentions = query.subquery(Long.class);
    Root<AuditMention> mention = mentions.from(AuditMention.class);
    mentions
        .select(mention.get("sequence"))
        .where(
            is.equal(mention.get("subject"), subject),
            is.equal(mention.get("sequence"), record.get("sequence")));
    return is.or(
        is.exists(mentions),
        is.equal(record.get("actorId"), subject),
        is.and(
            is.equal(record.get("targetType"), "session"),
            is.equal(record.get("targetId"), subject)),
        is.and(
            is.equal(record.get("targetType"), "user"),
            is.equal(
                record.get("targetId"),
                subject.startsWith(PERSON) ? subject.substring(PERSON.length()) : "")));
  }

  private static Predicate target(CriteriaBuilder is, Root<AuditRecord> record, String target) {
    List<Predicate> ways = new ArrayList<>();
    ways.add(is.equal(record.get("targetId"), target));
    ways.add(is.equal(record.get("targetName"), target));
    if (target.startsWith(PERSON)) {
      // as in actor.id
      ways.add(of(is, record, "user", target.substring(PERSON.length())));
    }
    int colon = target.indexOf(':');
    if (colon > 0) {
      ways.add(of(is, record, target.substring(0, colon), target.substring(colon + 1)));
    }
    String key = target.startsWith(A_KEY) ? target.substring(A_KEY.length()) : target;
    if (NUMBER.matcher(key).matches()) {
      // a key is named by its number wherever it is named
      ways.add(of(is, record, "key", KEY + key));
    }
    return is.or(ways.toArray(Predicate[]::new));
  }

  private static Predicate of(
      CriteriaBuilder is, Root<AuditRecord> record, String type, String id) {
    return is.and(is.equal(record.get("targetType"), type), is.equal(record.get("targetId"), id));
  }

  private static String containing(String words) {
    StringBuilder pattern = new StringBuilder("%");
    for (char c : words.toLowerCase(Locale.ROOT).toCharArray()) {
      if (c == '%' || c == '_' || c == ESCAPE) {
        pattern.append(ESCAPE);
      }
      pattern.append(c);
    }
    return pattern.append('%').toString();
  }
}
