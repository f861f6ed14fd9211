package org.apikeys.key;

/**
 * What a key's calls are held against besides, while they go on as they would without it.
 *
 * @param proposed the key as it would be
 * @param startedAt by which this trial is told from others of the key, in milliseconds since 1970
 *     UTC
 * @param endsAt in milliseconds since 1970 UTC
 */
public record Trial(KeySnapshot proposed, long startedAt, long endsAt) {}
