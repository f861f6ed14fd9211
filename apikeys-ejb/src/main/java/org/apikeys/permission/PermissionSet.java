package org.apikeys.permission;

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

/**
 * A set of scopes that an administrator makes for the keys of their organization, changes, and
 * deletes in the end. Its name stays, since keys hold it by its name; a key that holds a set that
 * is no more holds nothing by it, and no other set gets the name as long as there is such a key.
 */
@Entity
@Table(name = "permission_set")
@NamedQuery(name = "PermissionSet.all", query = "SELECT s FROM PermissionSet s ORDER BY s.name")
@NamedQuery(
    name = "PermissionSet.byOrganization",
    query = "SELECT s FROM PermissionSet s WHERE s.organizationId = :organization ORDER BY s.name")
@NamedQuery(
    name = "PermissionSet.countByOrganization",
    query = "SELECT COUNT(s) FROM PermissionSet s WHERE s.organizationId = :organization")
class PermissionSet {
  @Id
  @GeneratedValue(strategy = GenerationType.SEQUENCE, generator = "permission_set")
  @SequenceGenerator(
      name = "permission_set",
      sequenceName = "permission_set_id_seq",
      allocationSize = 1)
  private long id;

  @Column(name = "organization_id")
  private long organizationId;

  private String name;
  private String description;

  /** With spaces between, which no scope has. */
  private String scopes;

  @Column(name = "created_by")
  private String createdBy;

  @Column(name = "created_at")
  private Instant createdAt;

  @Column(name = "updated_at")
  private Instant updatedAt;

  @Version private long version;

  @SuppressWarnings("NullAway.Init") // the provider sets every column
  protected PermissionSet() {}

  @SuppressWarnings("NullAway.Init")
  PermissionSet(long organizationId, PermissionSetOrder order, String by, Instant now) {
    this.organizationId = organizationId;
    name = order.name();
    createdBy = by;
    createdAt = now;
    change(order.description(), order.scopes(), now);
  }

  void change(String newDescription, List<String> newScopes, Instant now) {
    description = newDescription;
    scopes = String.join(" ", newScopes);
    updatedAt = now;
  }

  long id() {
    return id;
  }

  long organizationId() {
    return organizationId;
  }

  String name() {
    return name;
  }

  String description() {
    return description;
  }

  List<String> scopes() {
    return List.of(scopes.split(" ", -1));
  }

  long version() {
    return version;
  }

  MadeSet shown() {
    return new MadeSet(
        id, organizationId, name, description, scopes(), version, createdBy, createdAt, updatedAt);
  }
}
