package org.apikeys.request;

import java.time.Instant;

/** What somebody said about a request. */
public record Remark(String by, Instant at, String text) {}
