package org.apikeys.key;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;

/**
 * How often a key was used when its calls were last rolled up: what lists are sorted by. A row of
 * its own, so that it never meets a change of the key; it is summed up in the database and never
 * written from here. What is shown is {@link KeyUsage}.
 */
@Entity
@Table(name = "api_key_count")
@SuppressWarnings("UnusedVariable") // columns that queries name
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
}
