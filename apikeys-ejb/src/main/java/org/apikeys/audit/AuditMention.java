package org.apikeys.audit;

import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.IdClass;
import jakarta.persistence.Table;

/** That a record names a subject beside its actor and its target. */
@Entity
@Table(name = "audit_mention")
@IdClass(AuditMentionId.class)
@SuppressWarnings("UnusedVariable") // columns that queries name
class AuditMention {
  @Id private String subject;
  @Id private long sequence;

  @SuppressWarnings("NullAway.Init") // the provider sets every column
  protected AuditMention() {}
}
