package org.apikeys.alert;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import java.time.Instant;

/** A rule as it is shown. */
public record RuleView(
    long id,
    @JsonUnwrapped RuleDefinition definition,
    String createdBy,
    Instant createdAt,
    Instant updatedAt,
    @JsonIgnore long version,
    @JsonIgnore long organizationId) {}
