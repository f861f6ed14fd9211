package org.apikeys.verify;

import java.time.Instant;
import org.apikeys.api.permission.ResourcePattern;
import org.apikeys.api.permission.ScopeExpression;
import org.apikeys.api.plugin.CheckedCall;
import org.apikeys.api.plugin.CheckedKey;
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
 * @param method its HTTP method; null when not said
 * @param endpoint the path that it calls; null when not said
 */
public record Attempt(
    @Nullable ScopeExpression needed,
    @Nullable String ip,
    @Nullable String referrer,
    @Nullable String environment,
    long bytesIn,
    long cost,
    long callId,
    @Nullable ResourcePattern resource,
    @Nullable String method,
    @Nullable String endpoint) {

  /** A call of the usual cost, about no named resource, whose end nobody tells. */
  public Attempt(
      @Nullable ScopeExpression needed,
      @Nullable String ip,
      @Nullable String referrer,
      @Nullable String environment,
      long bytesIn) {
    this(needed, ip, referrer, environment, bytesIn, 1, 0, null);
  }

  /** A call that is not described further. */
  public Attempt(
      @Nullable ScopeExpression needed,
      @Nullable String ip,
      @Nullable String referrer,
      @Nullable String environment,
      long bytesIn,
      long cost,
      long callId,
      @Nullable ResourcePattern resource) {
    this(needed, ip, referrer, environment, bytesIn, cost, callId, resource, null, null);
  }

  /** The call as plugins see it. */
  CheckedCall seenBy(CheckedKey key, long now) {
    return CheckedCall.with(key, Instant.ofEpochMilli(now))
        .about(resource == null ? null : resource.toString())
        .of(method, endpoint)
        .from(ip, referrer)
        .sending(bytesIn);
  }
}
