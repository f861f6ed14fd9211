package org.apikeys.audit;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A purge that somebody asked for.
 *
 * @param kind always {@code purge}
 * @param status {@code pending} until a second person approves it, then {@code fulfilled}; or
 *     {@code rejected}, {@code cancelled} or {@code expired}
 * @param before records from before this time go, unless retention keeps them longer
 * @param firstSequence the first that went; null while none did
 * @param expiresAt until when it can be decided
 * @param closedBy who rejected or cancelled it
 * @param reason why it was rejected
 * @param archive file in the data folder that the records were written to before they went
 */
public record PurgeView(
    long id,
    String kind,
    String status,
    Instant before,
    String requestedBy,
    Instant createdAt,
    Instant expiresAt,
    int requiredApprovals,
    @Nullable String approvedBy,
    @Nullable Instant approvedAt,
    @Nullable Long firstSequence,
    @Nullable Long lastSequence,
    @Nullable String archive,
    @Nullable String closedBy,
    @Nullable Instant closedAt,
    @Nullable String reason) {}
