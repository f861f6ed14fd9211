package org.apikeys.permission;

import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotEmpty;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Size;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A wanted permission set.
 *
 * @param scopes scopes, patterns, and scopes on resources ({@code deployments:write@projects/42/*})
 */
public record PermissionSetOrder(
    @NotNull(message = "is required")
        @Pattern(
            regexp = "[a-z][a-z0-9-]{1,49}",
            message = "is 2 to 50 of a-z, 0-9 and '-', starting with a letter")
        String name,
    @NotBlank(message = "is required")
        @Size(max = 200, message = "has at most 200 characters")
        @Pattern(regexp = "\\P{Cntrl}*", message = "has printable characters only")
        String description,
    @NotEmpty(message = "grants at least one scope")
        @Size(max = 50, message = "grants at most 50 scopes")
        List<@NotBlank(message = "is a scope") String> scopes) {
  public PermissionSetOrder {
    scopes = distinct(scopes);
  }

  private static List<String> distinct(@Nullable List<String> list) {
    return list == null ? List.of() : list.stream().distinct().toList();
  }
}
