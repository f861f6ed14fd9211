package org.apikeys.alert;

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
import org.apikeys.store.Json;

/** A rule of an organization, in force while it is active. */
@Entity
@Table(name = "alert_rule")
@NamedQuery(
    name = "AlertRule.active",
    query = "SELECT r FROM AlertRule r WHERE r.active = TRUE ORDER BY r.id")
class AlertRule {
  @Id
  @GeneratedValue(strategy = GenerationType.SEQUENCE, generator = "alert_rule")
  @SequenceGenerator(name = "alert_rule", sequenceName = "alert_rule_id_seq", allocationSize = 1)
  private long id;

  @Column(name = "organization_id")
  private long organizationId;

  private String name;

  @Column(name = "is_active")
  private boolean active;

  private String definition;

  @Column(name = "created_by")
  private String createdBy;

  @Column(name = "created_at")
  private Instant createdAt;

  @Column(name = "updated_at")
  private Instant updatedAt;

  @Version private long version;

  @SuppressWarnings("NullAway.Init") // the provider sets every column
  protected AlertRule() {}

  @SuppressWarnings("NullAway.Init")
  AlertRule(long organizationId, RuleDefinition definition, String createdBy, Instant now) {
    this.organizationId = organizationId;
    this.createdBy = createdBy;
    createdAt = now;
    define(definition, now);
  }

  void define(RuleDefinition wanted, Instant now) {
    name = String.valueOf(wanted.name());
    active = Boolean.TRUE.equals(wanted.active());
    definition = Json.write(wanted);
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

  RuleDefinition definition() {
    return Json.read(definition, RuleDefinition.class);
  }

  long version() {
    return version;
  }

  RuleView view() {
    return new RuleView(id, definition(), createdBy, createdAt, updatedAt, version, organizationId);
  }
}
