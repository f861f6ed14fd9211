package org.apikeys.usage;

import org.jspecify.annotations.Nullable;

/**
 * What a gateway reports about a call that was decided here; null leaves what is known.
 *
 * @param callId the call's number
 * @param keyId the key that it was made with
 * @param responseMicros microseconds
 */
public record Completion(
    long callId,
    long keyId,
    long organizationId,
    @Nullable String endpoint,
    @Nullable String method,
    @Nullable Integer statusCode,
    @Nullable Long responseMicros,
    @Nullable Long bytesIn,
    @Nullable Long bytesOut,
    @Nullable String ip) {}
