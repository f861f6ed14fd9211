package org.apikeys.api.cluster;

/**
 * Something has changed: fired inside the transaction that changes it. Observers within the
 * transaction tell other nodes; observers after its success forget what they had cached.
 *
 * @param topic what kind of thing
 * @param subject its number
 */
public record Changed(Topic topic, long subject) {}
