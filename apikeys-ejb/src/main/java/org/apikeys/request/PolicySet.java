package org.apikeys.request;

import jakarta.persistence.Column;
import jakarta.persistence.Convert;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import jakarta.persistence.Version;
import java.time.Instant;

/** The policies that an organization's administrator has set in place of the built-in ones. */
@Entity
@Table(name = "policy_set")
class PolicySet {
  @Id
  @Column(name = "organization_id")
  private long organizationId;

  @Convert(converter = PolicyDocumentJson.class)
  private PolicyDocument document;

  @Column(name = "changed_by")
  private String changedBy;

  @Column(name = "changed_at")
  private Instant changedAt;

  @Version private long version;

  @SuppressWarnings("NullAway.Init") // the provider sets every column
  protected PolicySet() {}

  PolicySet(long organizationId, PolicyDocument document, String changedBy, Instant now) {
    this.organizationId = organizationId;
    this.document = document;
    this.changedBy = changedBy;
    changedAt = now;
  }

  void replace(PolicyDocument other, String by, Instant now) {
    document = other;
    changedBy = by;
    changedAt = now;
  }

  long organizationId() {
    return organizationId;
  }

  PolicyDocument document() {
    return document;
  }

  String changedBy() {
    return changedBy;
  }

  Instant changedAt() {
    return changedAt;
  }

  long version() {
    return version;
  }
}
