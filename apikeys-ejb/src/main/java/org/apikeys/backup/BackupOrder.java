package org.apikeys.backup;

import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Size;
import org.apikeys.crypto.Secret;

/**
 * A backup to be made.
 *
 * @param passphrase what it is encrypted under
 */
public record BackupOrder(
    @NotNull(message = "is required")
        @Size(min = 16, max = 1_000, message = "has 16 to 1000 characters")
        String passphrase) {

  Secret secret() {
    return new Secret(passphrase);
  }

  /** Never the passphrase. */
  @Override
  public String toString() {
    return "BackupOrder";
  }
}
