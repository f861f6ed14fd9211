package org.apikeys.api.cluster;

/**
 * A change that was read from the feed: this node's own or another's, perhaps more than once.
 *
 * @param topic what kind of thing
 * @param subject its number
 */
public record Heard(Topic topic, long subject) {}
