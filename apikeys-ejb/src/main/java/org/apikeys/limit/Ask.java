package org.apikeys.limit;

/**
 * What a call asks of the limits of its key.
 *
 * @param callId its number, by which it is told of when it has ended; 0 when it has none
 * @param cost credits that it takes
 * @param bytesIn size of its payload, as far as is known
 */
public record Ask(long callId, long cost, long bytesIn) {}
