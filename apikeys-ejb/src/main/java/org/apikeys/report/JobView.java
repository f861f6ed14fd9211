package org.apikeys.report;

import com.fasterxml.jackson.annotation.JsonIgnore;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A report job as it is shown.
 *
 * @param progress from 0 to 1
 * @param size of the file in bytes; null until there is one
 * @param failure why there is no report, for people
 * @param scheduleId the schedule that ordered it
 * @param expiresAt when the job and its file are forgotten
 * @param file where the report is downloaded; null until it is done
 */
public record JobView(
    long id,
    String report,
    String month,
    @Nullable String framework,
    String format,
    String status,
    double progress,
    @Nullable Long size,
    @Nullable String failure,
    @Nullable Long scheduleId,
    String requestedBy,
    Instant createdAt,
    @Nullable Instant startedAt,
    @Nullable Instant finishedAt,
    @Nullable Instant expiresAt,
    @Nullable String file,
    @JsonIgnore long version) {}
