package org.apikeys.request;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What an approver took away from a request.
 *
 * @param changes field to [before, after]
 */
public record Narrowing(String by, Instant at, Map<String, List<@Nullable Object>> changes) {}
