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
import java.util.Locale;

/**
 * A tenant: people and keys belong to one, and see nothing of another. The first start makes number
 * 1; its administrators found the others. An organization is closed, never deleted, so that its
 * history stays.
 */
@Entity
@Table(name = "organization")
@NamedQuery(name = "Organization.count", query = "SELECT COUNT(o) FROM Organization o")
@NamedQuery(name = "Organization.all", query = "SELECT o FROM Organization o ORDER BY o.id")
@NamedQuery(
    name = "Organization.byNameKey",
    query = "SELECT o FROM Organization o WHERE o.nameKey = :nameKey")
class Organization {
  @Id
  @GeneratedValue(strategy = GenerationType.SEQUENCE, generator = "organization")
  @SequenceGenerator(
      name = "organization",
      sequenceName = "organization_id_seq",
      allocationSize = 1)
  private long id;

  private String name;

  @Column(name = "name_key")
  private String nameKey;

  @Column(name = "is_active")
  private boolean active = true;

  @Column(name = "created_at")
  private Instant createdAt;

  @Column(name = "updated_at")
  private Instant updatedAt;

  @Version private long version;

  @SuppressWarnings("NullAway.Init") // the provider sets every column
  protected Organization() {}

  @SuppressWarnings("NullAway.Init")
  Organization(String name, Instant now) {
    createdAt = now;
    change(name, true, now);
  }

  void change(String newName, boolean isActive, Instant now) {
    name = newName;
    nameKey = key(newName);
    active = isActive;
    updatedAt = now;
  }

  /** The form in which names are compared. */
  static String key(String name) {
    return name.toLowerCase(Locale.ROOT);
  }

  long id() {
    return id;
  }

  String name() {
    return name;
  }

  boolean isActive() {
    return active;
  }

  Instant createdAt() {
    return createdAt;
  }

  long version() {
    return version;
  }
}
