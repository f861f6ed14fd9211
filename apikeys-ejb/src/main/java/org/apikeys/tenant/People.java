package org.apikeys.tenant;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.persistence.EntityManager;
import jakarta.persistence.LockModeType;
import jakarta.persistence.PersistenceContext;
import jakarta.persistence.TypedQuery;
import jakarta.persistence.criteria.CriteriaBuilder;
import jakarta.persistence.criteria.CriteriaQuery;
import jakarta.persistence.criteria.Predicate;
import jakarta.persistence.criteria.Root;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.apikeys.audit.PersonNumbers;
import org.apikeys.store.Page;
import org.jspecify.annotations.Nullable;

/** Finds and keeps people. */
@ApplicationScoped
class People implements PersonNumbers {
  private static final int MOST_CONTACTS = 1_000;

  private static final int MOST_NUMBERS = 10_000;

  /** A user name is given once and never again, so that its number is known for good. */
  private final Cache<String, Long> numbers =
      Caffeine.newBuilder().maximumSize(MOST_NUMBERS).build();

  @PersistenceContext EntityManager store;

  void add(Person person) {
    store.persist(person);
    store.flush();
  }

  Optional<Person> byUsername(String username) {
    return store
        .createNamedQuery("Person.byUsernameKey", Person.class)
        .setParameter("usernameKey", Person.key(username))
        .getResultStream()
        .findFirst();
  }

  @Override
  public Optional<Long> numberOf(String username) {
    Long known = numbers.getIfPresent(Person.key(username));
    if (known != null) {
      return Optional.of(known);
    }
    Optional<Long> found = byUsername(username).map(Person::id);
    found.ifPresent(number -> numbers.put(Person.key(username), number));
    return found;
  }

  Optional<Person> byId(long id) {
    return Optional.ofNullable(store.find(Person.class, id));
  }

  /**
   * The person, locked until the transaction ends, so that two changes come one after the other.
   */
  Optional<Person> toChange(long id) {
    return Optional.ofNullable(store.find(Person.class, id, LockModeType.PESSIMISTIC_WRITE));
  }

  Optional<PersonState> stateOf(String username) {
    return store
        .createNamedQuery("Person.stateByUsernameKey", Object[].class)
        .setParameter("usernameKey", Person.key(username))
        .getResultStream()
        .findFirst()
        .map(row -> PersonState.of((Person) row[0], (Organization) row[1]));
  }

  Optional<PersonState> stateOf(long id) {
    return byId(id)
        .map(
            person ->
                PersonState.of(person, store.find(Organization.class, person.organizationId())));
  }

  /** The active people of these names or with one of these roles, and the names nobody has here. */
  List<Contact> contacts(
      long organizationId, Collection<String> usernames, Collection<String> roles) {
    List<String> keys = usernames.stream().map(Person::key).toList();
    List<Contact> contacts = new ArrayList<>();
    named(organizationId, keys, roles).stream()
        .filter(Person::isActive)
        .filter(
            one ->
                keys.contains(Person.key(one.username()))
                    || !Collections.disjoint(one.roles(), roles)
                    || one.groups().stream().anyMatch(in -> roles.contains(Contact.GROUP + in)))
        .forEach(one -> contacts.add(new Contact(one.username(), one.email())));
    usernames.stream()
        .filter(name -> stateOf(name).isEmpty())
        .forEach(name -> contacts.add(new Contact(name, null)));
    return contacts;
  }

  List<PersonState> statesInGroup(long organizationId, String group) {
    Organization organization = store.find(Organization.class, organizationId);
    return named(organizationId, List.of(), List.of(Contact.GROUP + group)).stream()
        .filter(one -> one.groups().contains(group))
        .map(one -> PersonState.of(one, organization))
        .toList();
  }

  /** People with these names, or whose roles or groups have one of the words in them. */
  private List<Person> named(
      long organizationId, Collection<String> keys, Collection<String> roles) {
    CriteriaBuilder is = store.getCriteriaBuilder();
    CriteriaQuery<Person> query = is.createQuery(Person.class);
    Root<Person> person = query.from(Person.class);
    List<Predicate> any = new ArrayList<>();
    if (!keys.isEmpty()) {
      any.add(person.get("usernameKey").in(keys));
    }
    roles.forEach(
        role -> {
          boolean isGroup = role.startsWith(Contact.GROUP);
          String word = isGroup ? role.substring(Contact.GROUP.length()) : role;
          any.add(is.greaterThan(is.locate(person.get(isGroup ? "groups" : "roles"), word), 0));
        });
    query
        .where(
            is.equal(person.get("organizationId"), organizationId),
            is.or(any.toArray(Predicate[]::new)))
        .orderBy(is.asc(person.get("usernameKey")));
    return store.createQuery(query).setMaxResults(MOST_CONTACTS).getResultList();
  }

  /** The people of an organization with an e-mail address, whatever its case. */
  List<PersonState> statesByEmail(long organizationId, String email) {
    return store
        .createNamedQuery("Person.stateByEmail", Object[].class)
        .setParameter("organization", organizationId)
        .setParameter("email", email.toLowerCase(Locale.ROOT))
        .getResultStream()
        .map(row -> PersonState.of((Person) row[0], (Organization) row[1]))
        .toList();
  }

  /**
   * Which people are wanted; null is any.
   *
   * @param organizationId of this organization
   * @param q words in the user name or e-mail address
   * @param role with this role
   * @param active enabled or disabled
   */
  record Filter(
      @Nullable Long organizationId,
      @Nullable String q,
      @Nullable String role,
      @Nullable Boolean active) {}

  Page<Person> find(Filter filter, int page, int size) {
    CriteriaBuilder is = store.getCriteriaBuilder();
    CriteriaQuery<Person> query = is.createQuery(Person.class);
    Root<Person> person = query.from(Person.class);
    query.where(wanted(is, person, filter)).orderBy(is.asc(person.get("usernameKey")));
    TypedQuery<Person> typed =
        store.createQuery(query).setFirstResult((page - 1) * size).setMaxResults(size);
    CriteriaQuery<Long> count = is.createQuery(Long.class);
    Root<Person> counted = count.from(Person.class);
    count.select(is.count(counted)).where(wanted(is, counted, filter));
    return new Page<>(typed.getResultList(), store.createQuery(count).getSingleResult());
  }

  private static Predicate[] wanted(CriteriaBuilder is, Root<Person> person, Filter filter) {
    List<Predicate> wanted = new ArrayList<>();
    if (filter.organizationId() != null) {
      wanted.add(is.equal(person.get("organizationId"), filter.organizationId()));
    }
    if (filter.q() != null) {
      String words = filter.q().toLowerCase(Locale.ROOT);
      wanted.add(
          is.or(
              is.greaterThan(is.locate(person.get("usernameKey"), words), 0),
              is.greaterThan(is.locate(is.lower(person.get("email")), words), 0)));
    }
    if (filter.role() != null) {
      wanted.add(is.greaterThan(is.locate(person.get("roles"), filter.role()), 0));
    }
    if (filter.active() != null) {
      wanted.add(is.equal(person.get("active"), filter.active()));
    }
    return wanted.toArray(Predicate[]::new);
  }
}
