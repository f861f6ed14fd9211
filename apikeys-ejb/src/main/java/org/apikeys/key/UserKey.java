package org.apikeys.key;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.IdClass;
import jakarta.persistence.Table;
import org.jspecify.annotations.Nullable;

/**
 * Which key is the one of a user who is known by an e-mail address. It is made with the user's
 * first key and leads to another key whenever that one is replaced; it stays after a revocation.
 *
 * <p>Addresses change hands and so do keys: what is remembered here counts only while the key
 * belongs to the person who has the address now or, of an address that nobody has, to whoever keeps
 * a key for it.
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

  /** Who issued the key for an address that nobody had; null when it was the person's own. */
  private @Nullable String keeper;

  @SuppressWarnings("NullAway.Init") // the provider sets every column
  protected UserKey() {}

  UserKey(UserKeyId id, long keyId, @Nullable String keeper) {
    organizationId = id.organizationId();
    email = id.email();
    leadTo(keyId, keeper);
  }

  long keyId() {
    return keyId;
  }

  void leadTo(long otherKeyId, @Nullable String otherKeeper) {
    keyId = otherKeyId;
    keeper = otherKeeper;
  }

  /**
   * Whether the key is the one of the address now.
   *
   * @param person the user name of who has the address; null when nobody of the directory has
   */
  boolean counts(ApiKey key, @Nullable String person) {
    if (key.revokedAt() != null) {
      return false;
    }
    String owner = key.owner();
    if (person != null) {
      return owner.equalsIgnoreCase(person);
    }
    // someone of another directory may have the address for a name
    return owner.equalsIgnoreCase(email) || owner.equals(keeper);
  }
}
