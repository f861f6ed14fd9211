package org.apikeys.web.access;

import org.jspecify.annotations.Nullable;

/**
 * The call that a proxy asks about.
 *
 * @param question the proxy's own query, which says what the call needs
 * @param key as the client presented it
 * @param ip the client's address
 * @param path the path that was asked for, without its query: that may hold a key
 * @param bytesIn size of its payload; 0 when unknown
 */
public record ForwardedCall(
    @Nullable String question,
    String key,
    String ip,
    @Nullable String referrer,
    @Nullable String path,
    @Nullable String method,
    long bytesIn) {
  /** Never the key. */
  @Override
  public String toString() {
    return "ForwardedCall[" + method + " " + path + "]";
  }
}
