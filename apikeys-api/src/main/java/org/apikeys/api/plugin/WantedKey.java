package org.apikeys.api.plugin;

import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A key as somebody wants it, complete with what was left to the system.
 *
 * @param name what it is called
 * @param type its key type
 * @param environment {@code production}, {@code staging} or {@code development}
 * @param scopes the scopes that it would hold, in itself and by its sets, each with what it is
 *     limited to: {@code orders:write@shops/42/*}
 * @param allowedAddresses addresses and ranges that it may be used from; empty for any
 * @param allowedReferrers pages that it may be used from; empty for any
 * @param end when it would expire; null for never
 * @param tags as they are to be set
 * @param metadata as it is to be set: texts, numbers and truth values
 */
public record WantedKey(
    String name,
    String type,
    String environment,
    List<String> scopes,
    List<String> allowedAddresses,
    List<String> allowedReferrers,
    @Nullable Instant end,
    List<String> tags,
    Map<String, Object> metadata) {
  public WantedKey {
    scopes = List.copyOf(scopes);
    allowedAddresses = List.copyOf(allowedAddresses);
    allowedReferrers = List.copyOf(allowedReferrers);
    tags = List.copyOf(tags);
    metadata = Collections.unmodifiableMap(metadata);
  }

  /** When it would expire; empty for never. */
  public Optional<Instant> expiresAt() {
    return Optional.ofNullable(end);
  }
}
