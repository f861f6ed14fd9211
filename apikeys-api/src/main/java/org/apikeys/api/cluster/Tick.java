package org.apikeys.api.cluster;

/** The feed was read, with or without news: fired four times a second while the store is there. */
public record Tick() {}
