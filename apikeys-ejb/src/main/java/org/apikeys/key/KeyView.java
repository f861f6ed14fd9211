package org.apikeys.key;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** A key as its owner and the administrators see it; never its secret. */
public record KeyView(
    long id,
    String keyId,
    String keyPrefix,
    long organizationId,
    @JsonUnwrapped KeyConfiguration configuration,
    @JsonProperty("is_active") boolean active,
    String status,
    int generation,
    boolean unrestricted,
    @Nullable Instant revokedAt,
    @Nullable String revokedReason,
    String createdBy,
    Instant createdAt,
    Instant updatedAt,
    @Nullable Instant lastUsed,
    @Nullable Instant lastUsedAt,
    long usageCount,
    long deniedCount,
    @JsonIgnore long version) {

  static KeyView of(ApiKey key, KeyUsage usage, Instant now) {
    KeyConfiguration configuration = key.present();
    return new KeyView(
        key.id(),
        "key-" + key.id(),
        key.keyPrefix(),
        key.organizationId(),
        configuration,
        key.isActive() && key.revokedAt() == null,
        key.statusAt(now).word(),
        key.generation(),
        configuration.restrictions().ip().allow().isEmpty()
            && configuration.restrictions().referrers().isEmpty(),
        key.revokedAt(),
        key.revokedReason(),
        key.createdBy(),
        key.createdAt(),
        key.updatedAt(),
        usage.lastUsedAt(),
        usage.lastUsedAt(),
        usage.allowed(),
        usage.denied(),
        key.version());
  }
}
