package org.apikeys.alert;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Which alerts are wanted; null for any.
 *
 * @param from those that were last seen then or later
 * @param to those that were last seen before
 */
public record AlertFilter(
    @Nullable String status,
    @Nullable String severity,
    @Nullable String kind,
    @Nullable Long keyId,
    @Nullable Instant from,
    @Nullable Instant to) {}
