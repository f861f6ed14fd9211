package org.apikeys.tenant;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonProperty;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A person as administrators see one; the password in no form. */
public record PersonView(
    long id,
    String username,
    @Nullable String email,
    List<String> roles,
    List<String> groups,
    long organizationId,
    @JsonProperty("is_active") boolean active,
    Instant createdAt,
    Instant updatedAt,
    @JsonIgnore long version) {

  static PersonView of(Person person) {
    return new PersonView(
        person.id(),
        person.username(),
        person.email(),
        person.roles(),
        person.groups(),
        person.organizationId(),
        person.isActive(),
        person.createdAt(),
        person.updatedAt(),
        person.version());
  }
}
