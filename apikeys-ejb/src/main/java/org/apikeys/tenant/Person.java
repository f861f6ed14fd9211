package org.apikeys.tenant;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.GeneratedValue;
import jakarta.persistence.GenerationType;
import jakarta.persistence.Id;
import jakarta.persistence.NamedQuery;
import jakarta.persistence.SequenceGenerator;
import jakarta.persistence.Table;
import jakarta.persistence.Version;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Someone of the built-in directory. A person is made by an administrator, signs in with a
 * password, may change roles, and is disabled in the end: then their tokens and keys stop, and
 * their name stays in the history and is never given to another.
 */
@Entity
@Table(name = "person")
@NamedQuery(
    name = "Person.byUsernameKey",
    query = "SELECT p FROM Person p WHERE p.usernameKey = :usernameKey")
@NamedQuery(
    name = "Person.stateByUsernameKey",
    query =
        "SELECT p, o FROM Person p, Organization o"
            + " WHERE p.usernameKey = :usernameKey AND o.id = p.organizationId")
@NamedQuery(
    name = "Person.stateByEmail",
    query =
        "SELECT p, o FROM Person p, Organization o WHERE p.organizationId = :organization"
            + " AND LOWER(p.email) = :email AND o.id = p.organizationId ORDER BY p.id")
@NamedQuery(name = "Person.byId", query = "SELECT p FROM Person p WHERE p.id = :id")
class Person {
  @Id
  @GeneratedValue(strategy = GenerationType.SEQUENCE, generator = "person")
  @SequenceGenerator(name = "person", sequenceName = "person_id_seq", allocationSize = 1)
  private long id;

  @Column(name = "organization_id")
  private long organizationId;

  private String username;

  @Column(name = "username_key")
  private String usernameKey;

  private @Nullable String email;

  @Column(name = "password_hash")
  private String passwordHash;

  @Column(name = "password_changed_at")
  private @Nullable Instant passwordChangedAt;

  private String roles;

  @Column(name = "member_of")
  private String groups = "";

  @Column(name = "is_active")
  private boolean active = true;

  @Column(name = "created_at")
  private Instant createdAt;

  @Column(name = "updated_at")
  private Instant updatedAt;

  @Version private long version;

  @SuppressWarnings("NullAway.Init") // the provider sets every column
  protected Person() {}

  @SuppressWarnings("NullAway.Init")
  Person(long organizationId, String username, String passwordHash, Instant now) {
    this.organizationId = organizationId;
    this.username = username;
    this.usernameKey = key(username);
    this.passwordHash = passwordHash;
    this.roles = "";
    createdAt = now;
    updatedAt = now;
  }

  void change(@Nullable String newEmail, Set<String> newRoles, boolean isActive, Instant now) {
    email = newEmail;
    roles = String.join(",", new TreeSet<>(newRoles));
    active = isActive;
    updatedAt = now;
  }

  void join(Set<String> newGroups, Instant now) {
    groups = String.join(",", new TreeSet<>(newGroups));
    updatedAt = now;
  }

  void changePassword(String newHash, Instant now) {
    passwordHash = newHash;
    passwordChangedAt = now;
    updatedAt = now;
  }

  /** The form in which user names are compared: nobody can be mistaken for another by case. */
  static String key(String username) {
    return username.toLowerCase(Locale.ROOT);
  }

  long id() {
    return id;
  }

  long organizationId() {
    return organizationId;
  }

  String username() {
    return username;
  }

  @Nullable String email() {
    return email;
  }

  String passwordHash() {
    return passwordHash;
  }

  /** Null when it is the first one. */
  @Nullable Instant passwordChangedAt() {
    return passwordChangedAt;
  }

  List<String> roles() {
    return roles.isEmpty() ? List.of() : List.of(roles.split(",", -1));
  }

  /** The named groups that they are in, by name. */
  List<String> groups() {
    return groups.isEmpty() ? List.of() : List.of(groups.split(",", -1));
  }

  boolean isActive() {
    return active;
  }

  Instant createdAt() {
    return createdAt;
  }

  Instant updatedAt() {
    return updatedAt;
  }

  long version() {
    return version;
  }
}
