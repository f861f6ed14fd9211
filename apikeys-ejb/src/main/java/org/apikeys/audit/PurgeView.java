package org.apikeys.audit;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A purge that somebody asked for.
 *
 * @param kind always {@code purge}
 * @param status {@code pending} until a second person approves it, then {@code fulfilled}
 * @param before records from before this time go, unless retention keeps them longer
 * @param firstSequence the first that went; null while none did
 * @param archive file in the data folder that the records were written to before they went
 */
public record PurgeView(
    long id,
    String kind,
    String status,
    Instant before,
    String requestedBy,
    Instant createdAt,
    int requiredApprovals,
    @Nullable String approvedBy,
    @Nullable Instant approvedAt,
    @Nullable Long firstSequence,
    @Nullable Long lastSequence,
    @Nullable String archive) {}
