package org.apikeys.key;

import java.io.Serializable;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** What identifies a {@link UserKey}: who it is of, within an organization. */
public class UserKeyId implements Serializable {
  private long organizationId;
  private @Nullable String email;

  public UserKeyId() {}

  UserKeyId(long organizationId, String email) {
    this.organizationId = organizationId;
    this.email = email;
  }

  long organizationId() {
    return organizationId;
  }

  String email() {
    return Objects.requireNonNull(email);
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof UserKeyId that
        && organizationId == that.organizationId
        && Objects.equals(email, that.email);
  }

  @Override
  public int hashCode() {
    return Objects.hash(organizationId, email);
  }
}
