package org.apikeys.api.audit;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A change that was recorded; fired as a CDI event in the transaction of the change.
 *
 * @param action for example {@code key.created}
 * @param actor name of who did it
 * @param changes field to [before, after]; never a secret
 */
public record Recorded(
    long organizationId,
    String action,
    Instant at,
    String actor,
    @Nullable String targetType,
    @Nullable String targetId,
    @Nullable String targetName,
    @Nullable String reason,
    @Nullable String requestId,
    Map<String, List<@Nullable Object>> changes) {}
