package org.apikeys.audit;

import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Size;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A legal hold to be made.
 *
 * @param subject whose records are held, a user name or as in {@code actor.id}; absent: everybody's
 */
public record HoldOrder(
    @NotBlank(message = "is required") @Size(max = 100, message = "has at most 100 characters")
        String name,
    @NotBlank(message = "is required") @Size(max = 500, message = "has at most 500 characters")
        String reason,
    @Nullable
        @Pattern(
            regexp = "[^\\s\\p{Cntrl}]{1,100}",
            message = "is 1 to 100 characters without spaces, as in actor.id")
        String subject,
    @Nullable Instant from,
    @Nullable Instant to) {
  /** The same about a subject. */
  HoldOrder about(@Nullable String other) {
    return new HoldOrder(name, reason, other, from, to);
  }
}
