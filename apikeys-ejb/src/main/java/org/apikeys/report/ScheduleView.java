package org.apikeys.report;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A schedule as it is shown.
 *
 * @param nextRunAt null while it is switched off
 */
public record ScheduleView(
    long id,
    @JsonUnwrapped ScheduleDefinition definition,
    @Nullable Instant nextRunAt,
    @Nullable Instant lastRunAt,
    @Nullable Long lastJobId,
    String createdBy,
    Instant createdAt,
    Instant updatedAt,
    @JsonIgnore long version) {}
