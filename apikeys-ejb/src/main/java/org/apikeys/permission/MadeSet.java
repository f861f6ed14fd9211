package org.apikeys.permission;

import com.fasterxml.jackson.annotation.JsonIgnore;
import java.time.Instant;
import java.util.List;

/**
 * A permission set that an administrator has made.
 *
 * @param version counts its changes, from 1
 */
public record MadeSet(
    long id,
    @JsonIgnore long organizationId,
    String name,
    String description,
    List<String> scopes,
    long version,
    String createdBy,
    Instant createdAt,
    Instant updatedAt) {
  public MadeSet {
    scopes = List.copyOf(scopes);
  }
}
