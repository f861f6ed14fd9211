package org.apikeys.client;

import java.time.Duration;

/**
 * What a call came to.
 *
 * @param status the HTTP status of its answer
 * @param took how long it took
 * @param bytesOut size of its answer; 0 when unknown
 */
public record Outcome(int status, Duration took, long bytesOut) {}
