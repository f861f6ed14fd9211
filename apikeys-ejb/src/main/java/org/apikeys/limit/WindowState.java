package org.apikeys.limit;

/**
 * How one window of a key stands.
 *
 * @param startMillis when it began, in milliseconds since 1970 UTC
 * @param used calls that count in it
 */
public record WindowState(Allowance allowance, long startMillis, long used) {}
