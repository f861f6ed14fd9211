package org.apikeys.key;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.IdClass;
import jakarta.persistence.Table;

/**
 * Which key is the one of a user who is known by an e-mail address. It is made with the user's
 * first key and leads to another key whenever that one is replaced; it stays after a revocation.
 */
@Entity
@Table(name = "user_key")
@IdClass(UserKeyId.class)
class UserKey {
  @Id
  @Column(name = "organization_id")
  private long organizationId;

  /** In lower case. */
  @Id private String email;

  @Column(name = "api_key_id")
  private long keyId;

  @SuppressWarnings("NullAway.Init") // the provider sets every column
  protected UserKey() {}

  UserKey(UserKeyId id, long keyId) {
    organizationId = id.organizationId();
    email = id.email();
    this.keyId = keyId;
  }

  long keyId() {
    return keyId;
  }

  void leadTo(long otherKeyId) {
    keyId = otherKeyId;
  }
}
