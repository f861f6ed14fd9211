package org.apikeys.audit;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.time.Instant;
import org.apikeys.api.tenant.Caller;
import org.jspecify.annotations.Nullable;

/** A record in its place in the log. Nothing changes one; the columns beside the leaf find it. */
@Entity
@Table(name = "audit_record")
@SuppressWarnings("UnusedVariable") // columns that queries name
class AuditRecord {
  @Id private long sequence;

  @Column(name = "recorded_at")
  private Instant recordedAt;

  @Column(name = "organization_id")
  private long organizationId;

  @Column(name = "actor_id")
  private String actorId;

  @Column(name = "actor_name")
  private String actorName;

  private String action;

  @Column(name = "target_type")
  private @Nullable String targetType;

  @Column(name = "target_id")
  private @Nullable String targetId;

  @Column(name = "target_name")
  private @Nullable String targetName;

  private String outcome;
  private String words;
  private byte[] leaf;

  @Column(name = "leaf_hash")
  private String leafHash;

  @SuppressWarnings("NullAway.Init") // the provider sets every column
  protected AuditRecord() {}

  long sequence() {
    return sequence;
  }

  /** The auditors of the default organization see all; others their own. */
  boolean isVisibleTo(Caller caller) {
    return caller.organizationId() == Caller.DEFAULT_ORGANIZATION
        || caller.organizationId() == organizationId;
  }

  /** The exact bytes that were hashed. */
  byte[] leaf() {
    return leaf.clone();
  }

  /** The leaf's hash in base64. */
  String leafHash() {
    return leafHash;
  }
}
