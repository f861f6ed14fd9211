package org.apikeys.tenant;

import com.fasterxml.jackson.annotation.JsonProperty;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.Size;
import org.jspecify.annotations.Nullable;

/**
 * An organization to be made or changed.
 *
 * @param name unique without regard to case
 * @param active whether its people and keys work; true when absent
 */
public record OrganizationOrder(
    @NotBlank(message = "is required") @Size(max = 100, message = "has at most 100 characters")
        String name,
    @JsonProperty("is_active") @Nullable Boolean active) {}
