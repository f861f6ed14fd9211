package org.apikeys.verify;

import org.apikeys.api.permission.ResourcePattern;
import org.apikeys.api.permission.ScopeExpression;
import org.jspecify.annotations.Nullable;

/**
 * What is known of the call that a key was presented for.
 *
 * @param needed the scopes that it needs; null for none
 * @param ip where it came from; null when unknown
 * @param referrer the page that it came from; null when there is none
 * @param environment the environment that it runs in; null for any
 * @param bytesIn size of its payload
 * @param cost credits that it takes
 * @param callId its number, by which its end is told; 0 when it has none
 * @param resource what it is about, which grants on resources are held to; null when not said
 */
public record Attempt(
    @Nullable ScopeExpression needed,
    @Nullable String ip,
    @Nullable String referrer,
    @Nullable String environment,
    long bytesIn,
    long cost,
    long callId,
    @Nullable ResourcePattern resource) {

  /** A call of the usual cost, about no named resource, whose end nobody tells. */
  public Attempt(
      @Nullable ScopeExpression needed,
      @Nullable String ip,
      @Nullable String referrer,
      @Nullable String environment,
      long bytesIn) {
    this(needed, ip, referrer, environment, bytesIn, 1, 0, null);
  }
}
