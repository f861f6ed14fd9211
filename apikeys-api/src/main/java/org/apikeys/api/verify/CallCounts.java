package org.apikeys.api.verify;

/**
 * What one generation of a key was used for since the last time that it was told.
 *
 * @param keyId the key's number
 * @param generation which of its secrets was presented
 * @param allowed calls that were allowed
 * @param denied calls that were denied
 * @param recent how many of them all were made within a minute; the others are told late
 * @param lastUsedMillis the latest allowed call, in milliseconds since 1970 UTC; 0 when there was
 *     none
 */
public record CallCounts(
    long keyId, int generation, long allowed, long denied, long recent, long lastUsedMillis) {}
