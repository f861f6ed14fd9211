package org.apikeys.key;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * How often a key was used. A row of its own, so that counting never meets a change of the key; it
 * is counted up in the database and never written from here.
 */
@Entity
@Table(name = "api_key_count")
class KeyCount {
  @Id
  @Column(name = "api_key_id")
  private long keyId;

  @Column(name = "organization_id")
  private long organizationId;

  @Column(updatable = false)
  private long allowed;

  @Column(updatable = false)
  private long denied;

  /** Milliseconds since 1970 UTC, 0 for never: a plain number, so that lists can sort by it. */
  @Column(name = "last_used_at", updatable = false)
  private long lastUsedMillis;

  protected KeyCount() {}

  KeyCount(long keyId, long organizationId) {
    this.keyId = keyId;
    this.organizationId = organizationId;
  }

  long keyId() {
    return keyId;
  }

  long organizationId() {
    return organizationId;
  }

  long allowed() {
    return allowed;
  }

  long denied() {
    return denied;
  }

  @Nullable Instant lastUsedAt() {
    return lastUsedMillis == 0 ? null : Instant.ofEpochMilli(lastUsedMillis);
  }
}
