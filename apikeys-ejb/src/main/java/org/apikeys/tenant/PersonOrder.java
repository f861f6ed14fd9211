package org.apikeys.tenant;

import com.fasterxml.jackson.annotation.JsonProperty;
import jakarta.validation.constraints.Email;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Positive;
import jakarta.validation.constraints.Size;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A person to be made.
 *
 * @param username what they sign in with; compared without regard to case
 * @param password at least 12 characters, and not a common one
 * @param email where notices go; may be absent
 * @param roles what they may do; {@code developer} when absent
 * @param groups named groups, which policies speak of; none when absent
 * @param organizationId the caller's own when absent
 * @param active whether they may sign in; true when absent
 */
public record PersonOrder(
    @NotNull(message = "is required")
        @Pattern(
            regexp = "[a-zA-Z0-9][a-zA-Z0-9._@-]{0,63}",
            message =
                "is 1 to 64 letters, digits, '.', '_', '@' or '-', and starts with a letter or"
                    + " digit")
        @Pattern(
            regexp = PersonOrder.NO_ID_OF_THE_LOG,
            message = "is what the audit log calls somebody else; choose another")
        String username,
    @NotNull(message = "is required")
        @Size(min = 12, max = 256, message = "has 12 to 256 characters")
        String password,
    @Nullable
        @Email(message = "is not an e-mail address")
        @Size(max = 254, message = "has at most 254 characters")
        String email,
    @Nullable @Size(min = 1, max = 5, message = "names 1 to 5 roles")
        List<
                @NotNull(message = "is a role")
                @Pattern(
                    regexp = "admin|manager|auditor|developer|gateway",
                    message = "is one of admin, manager, auditor, developer, gateway")
                String>
            roles,
    @Nullable @Size(max = 20, message = "names at most 20 groups")
        List<
                @NotNull(message = "is the name of a group")
                @Pattern(
                    regexp = PersonOrder.GROUP,
                    message = "is 2 to 50 lower-case letters, digits and hyphens")
                String>
            groups,
    @Nullable @Positive(message = "is the number of an organization") Long organizationId,
    @JsonProperty("is_active") @Nullable Boolean active) {
  /**
   * Not like an {@code actor.id}: a search, a hold or an erasure that names one would be about the
   * person of that name instead.
   */
  static final String NO_ID_OF_THE_LOG =
      "(?is)(?!(?:(?:user|key)-[0-9]+|system|anonymous|several)$).*";

  /** The name of a group. */
  public static final String GROUP = "[a-z][a-z0-9-]{1,49}";

  @Override
  public String toString() {
    return "PersonOrder[" + username + "]";
  }
}
