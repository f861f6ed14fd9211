package org.apikeys.tenant;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonProperty;
import java.time.Instant;

/** An organization as the administrators of the default one see it. */
public record OrganizationView(
    long id,
    String name,
    @JsonProperty("is_active") boolean active,
    Instant createdAt,
    @JsonIgnore long version) {

  static OrganizationView of(Organization organization) {
    return new OrganizationView(
        organization.id(),
        organization.name(),
        organization.isActive(),
        organization.createdAt(),
        organization.version());
  }
}
