package org.apikeys.audit;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A legal hold as it is shown.
 *
 * @param subject whose records are held; null: everybody's
 * @param from the earliest time of a record, included; null: all
 * @param to the time that all are before; null: all
 */
public record HoldView(
    long id,
    String name,
    String reason,
    @Nullable String subject,
    @Nullable Instant from,
    @Nullable Instant to,
    long organizationId,
    String createdBy,
    Instant createdAt) {}
