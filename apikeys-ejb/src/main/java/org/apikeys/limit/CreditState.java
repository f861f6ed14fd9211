package org.apikeys.limit;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * How a key stands with its credits.
 *
 * @param balance what is there
 * @param refillAt when it is filled up next; null for never
 */
public record CreditState(long balance, @Nullable Instant refillAt) {}
