package org.apikeys.tenant;

import jakarta.annotation.security.PermitAll;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ejb.Stateless;
import jakarta.enterprise.event.Event;
import jakarta.inject.Inject;
import java.time.Clock;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.apikeys.api.audit.Action;
import org.apikeys.api.cluster.Changed;
import org.apikeys.api.cluster.Topic;
import org.apikeys.api.permission.ManagementScope;
import org.apikeys.api.problem.ProblemException;
import org.apikeys.api.problem.ProblemType;
import org.apikeys.api.tenant.Caller;
import org.apikeys.audit.AuditEntry;
import org.apikeys.audit.AuditLog;
import org.apikeys.check.Check;
import org.apikeys.check.Expected;
import org.apikeys.store.Page;
import org.jspecify.annotations.Nullable;

/** The built-in directory: administrators make people, change their roles and disable them. */
@Stateless
@RolesAllowed(ManagementScope.USERS_MANAGE)
public class Directory {
  private static final List<String> STANDARD_ROLES = List.of("developer");

  private final People people;
  private final Organizations organizations;
  private final Passwords passwords;
  private final SignInAttempts attempts;
  private final Check check;
  private final AuditLog audit;
  private final Event<Changed> changes;
  private final Clock clock;

  @Inject
  public Directory(
      People people,
      Organizations organizations,
      Passwords passwords,
      SignInAttempts attempts,
      Check check,
      AuditLog audit,
      Event<Changed> changes,
      Clock clock) {
    this.people = people;
    this.organizations = organizations;
    this.passwords = passwords;
    this.attempts = attempts;
    this.check = check;
    this.audit = audit;
    this.changes = changes;
    this.clock = clock;
  }

  @SuppressWarnings("NullAway")
  public Directory() {
    people = null;
    organizations = null;
    passwords = null;
    attempts = null;
    check = null;
    audit = null;
    changes = null;
    clock = null;
  }

  /**
   * Makes a person; a taken user name is a conflict, in whatever organization it is, and roles that
   * come to more than the caller holds are forbidden.
   */
  public PersonView create(Caller caller, PersonOrder order) {
    check.valid(order);
    List<String> roles = Objects.requireNonNullElse(order.roles(), STANDARD_ROLES);
    requireMayHandOn(caller, roles, List.of());
    long organization = Objects.requireNonNullElse(order.organizationId(), caller.organizationId());
    if (!manages(caller, organization) || organizations.byId(organization).isEmpty()) {
      throw ProblemException.invalid("organization_id", "there is no such organization");
    }
    passwords.requireStrong(order.password(), List.of(order.username()));
    if (people.byUsername(order.username()).isPresent()) {
      throw new ProblemException(
          ProblemType.CONFLICT,
          "The user name " + order.username() + " is taken; user names are never given twice.");
    }
    Person person =
        new Person(
            organization, order.username(), passwords.hash(order.password()), clock.instant());
    person.change(
        order.email(),
        Set.copyOf(roles),
        Objects.requireNonNullElse(order.active(), true),
        clock.instant());
    person.join(Set.copyOf(Objects.requireNonNullElse(order.groups(), List.of())), clock.instant());
    people.add(person);
    audit.record(
        about(caller, Action.USER_CREATED, person)
            .changing("roles", null, person.roles())
            .changing("groups", null, person.groups().isEmpty() ? null : person.groups())
            .changing("email", null, person.email()));
    changes.fire(new Changed(Topic.PERSON, person.id()));
    return PersonView.of(person);
  }

  /** Makes a person on behalf of the system itself. */
  @PermitAll
  public PersonView createBySystem(PersonOrder order) {
    return create(Caller.system(), order);
  }

  /**
   * What an administrator changes of a person; null stays as it is.
   *
   * @param email the new address; empty for none
   * @param roles the new roles
   * @param groups the new groups
   * @param password the new password
   * @param active whether they are enabled
   * @param expectedVersion refuses when the person has changed since this version
   */
  public record Change(
      @Nullable String email,
      @Nullable List<String> roles,
      @Nullable List<String> groups,
      @Nullable String password,
      @Nullable Boolean active,
      @Nullable Expected expectedVersion) {

    @Override
    public String toString() {
      return "Change";
    }
  }

  public PersonView change(Caller caller, long id, Change change) {
    Person person = toChange(caller, id, change.expectedVersion());
    String password = Objects.requireNonNullElse(change.password(), "not to be changed");
    List<String> roles = Objects.requireNonNullElse(change.roles(), person.roles());
    List<String> groups = Objects.requireNonNullElse(change.groups(), person.groups());
    String email = change.email() == null ? person.email() : emptyToNull(change.email());
    boolean active = Objects.requireNonNullElse(change.active(), person.isActive());
    check.valid(new PersonOrder(person.username(), password, email, roles, groups, null, active));
    if (caller.name().equals(person.username())
        && (!active || (person.roles().contains("admin") && !roles.contains("admin")))) {
      throw ProblemException.invalid(
          active ? "roles" : "is_active",
          "nobody takes their own administration away; another administrator can");
    }
    boolean opened = change.password() != null || (active && !person.isActive());
    requireMayHandOn(caller, roles, opened ? List.of() : person.roles());
    AuditEntry entry =
        about(caller, Action.USER_UPDATED, person)
            .changing("email", person.email(), email)
            .changing("roles", person.roles(), roles.stream().sorted().distinct().toList())
            .changing("groups", person.groups(), groups.stream().sorted().distinct().toList())
            .changing("is_active", person.isActive(), active);
    if (change.password() != null) {
      passwords.requireStrong(password, List.of(person.username()));
      person.changePassword(passwords.hash(password), clock.instant());
      attempts.unlock(person.username());
      entry = entry.because("password changed");
    }
    person.change(email, Set.copyOf(roles), active, clock.instant());
    person.join(Set.copyOf(groups), clock.instant());
    return saved(person, entry);
  }

  /**
   * Nobody hands on a management scope that they do not hold: else who manages people, and no more,
   * would be an administrator a moment later, by a new one or by another's new password. What
   * everybody may be is about their own keys alone, and can be given by all who manage people.
   *
   * @param roles the roles that the person will have
   * @param had the roles that they could use until now
   */
  private static void requireMayHandOn(Caller caller, List<String> roles, List<String> had) {
    Set<String> handedOn = ManagementScope.ofRoles(roles);
    handedOn.removeAll(ManagementScope.ofRoles(STANDARD_ROLES));
    handedOn.removeAll(ManagementScope.ofRoles(had));
    caller.requireMayHandOn(handedOn);
  }

  /** Disables for good what {@code DELETE} asks for; the history keeps the person. */
  public void disable(Caller caller, long id, @Nullable Expected expectedVersion) {
    Person person = toChange(caller, id, expectedVersion);
    if (caller.name().equals(person.username())) {
      throw new ProblemException(
          ProblemType.CONFLICT, "Nobody deletes themselves; another administrator can.");
    }
    AuditEntry entry =
        about(caller, Action.USER_DELETED, person).changing("is_active", person.isActive(), false);
    person.change(person.email(), Set.copyOf(person.roles()), false, clock.instant());
    saved(person, entry);
  }

  public PersonView read(Caller caller, long id) {
    return PersonView.of(visible(caller, people.byId(id)));
  }

  /** The people that the caller manages, by user name. */
  public Page<PersonView> list(Caller caller, PeopleFilter filter, int page, int size) {
    Long organization =
        caller.organizationId() == Caller.DEFAULT_ORGANIZATION
            ? filter.organizationId()
            : Long.valueOf(caller.organizationId());
    Page<Person> found =
        people.find(
            new People.Filter(organization, filter.q(), filter.role(), filter.active()),
            page,
            size);
    return new Page<>(found.items().stream().map(PersonView::of).toList(), found.total());
  }

  /** Which people are wanted; null is any. */
  public record PeopleFilter(
      @Nullable Long organizationId,
      @Nullable String q,
      @Nullable String role,
      @Nullable Boolean active) {}

  /** What a decision needs to know of a person: for the caches, at every call. */
  @PermitAll
  public Optional<PersonState> stateOf(String username) {
    return people.stateOf(username);
  }

  /** The same by their number. */
  @PermitAll
  public Optional<PersonState> stateOf(long id) {
    return people.stateOf(id);
  }

  /**
   * How to reach people of an organization, at most a thousand: those named, and everybody with one
   * of the roles or in one of the groups ({@code group:security} among the roles). One who is named
   * but not in the directory is of an external issuer.
   */
  @PermitAll
  public List<Contact> contacts(
      long organizationId, Collection<String> usernames, Collection<String> roles) {
    return people.contacts(organizationId, usernames, roles);
  }

  /** The people of an organization who are in a group, at most a thousand. */
  @PermitAll
  public List<PersonState> statesInGroup(long organizationId, String group) {
    return people.statesInGroup(organizationId, group);
  }

  /** The people of an organization who have this e-mail address; nothing makes it one person's. */
  @PermitAll
  public List<PersonState> statesByEmail(long organizationId, String email) {
    return people.statesByEmail(organizationId, email);
  }

  private PersonView saved(Person person, AuditEntry entry) {
    audit.record(entry);
    changes.fire(new Changed(Topic.PERSON, person.id()));
    return PersonView.of(person);
  }

  private Person toChange(Caller caller, long id, @Nullable Expected expectedVersion) {
    Person person = visible(caller, people.toChange(id));
    Expected.version(expectedVersion, person.version(), "The person has changed");
    return person;
  }

  private static Person visible(Caller caller, Optional<Person> person) {
    return person
        .filter(found -> manages(caller, found.organizationId()))
        .orElseThrow(() -> ProblemException.notFound("user"));
  }

  private static boolean manages(Caller caller, long organization) {
    return caller.organizationId() == organization
        || caller.organizationId() == Caller.DEFAULT_ORGANIZATION;
  }

  private static AuditEntry about(Caller caller, Action action, Person person) {
    return AuditEntry.of(caller, action)
        .on("user", person.id(), person.username())
        .in(person.organizationId());
  }

  private static @Nullable String emptyToNull(String text) {
    return text.isEmpty() ? null : text;
  }
}
