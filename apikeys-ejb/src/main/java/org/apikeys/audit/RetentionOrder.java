package org.apikeys.audit;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * For how long classes of data are to be kept; a class that is absent stays as it is.
 *
 * @param classes ISO 8601 periods by class: {@code audit}, {@code usage}, {@code notices}
 */
public record RetentionOrder(@Nullable Map<String, String> classes) {}
