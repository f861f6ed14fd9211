package org.apikeys.alert;

import com.fasterxml.jackson.annotation.JsonIgnore;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An alert as it is shown.
 *
 * @param subject what it is about: a key, an address, a plugin, a webhook
 * @param ruleId the rule that raised it; null when it is built in
 * @param score how unusual it is, 0 to 100; null when nothing was measured
 * @param answer what the system did about it by itself
 */
public record AlertView(
    long id,
    String kind,
    String severity,
    String status,
    String title,
    String detail,
    String subject,
    @Nullable String keyId,
    @Nullable Long ruleId,
    @Nullable Integer score,
    List<String> reasons,
    long occurrences,
    Instant firstSeen,
    Instant lastSeen,
    @Nullable String acknowledgedBy,
    @Nullable Instant acknowledgedAt,
    @Nullable String resolvedBy,
    @Nullable Instant resolvedAt,
    @Nullable String comment,
    String answer,
    @Nullable Instant answeredAt,
    boolean answerUndone,
    @JsonIgnore long version) {}
