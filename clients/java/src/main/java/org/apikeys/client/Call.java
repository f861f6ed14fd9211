package org.apikeys.client;

import org.apikeys.api.permission.ResourcePattern;
import org.apikeys.api.permission.ScopeExpression;
import org.jspecify.annotations.Nullable;

/**
 * A call that a key was presented with. Immutable: each method answers another one.
 *
 * @param key as it was presented
 * @param needed the scopes that it needs; null for none
 * @param resource what it is about; null when not said
 * @param ip where it came from; null when unknown
 * @param referrer the page that it came from, at most 4096 characters; null when there is none
 * @param method its HTTP method, at most 10 characters
 * @param endpoint its path without the query, at most 500 characters
 * @param environment where it runs, when that is not the client's own; null for that
 * @param cost what it takes from the key's credits
 * @param bytesIn size of its payload
 */
public record Call(
    String key,
    @Nullable ScopeExpression needed,
    @Nullable String resource,
    @Nullable String ip,
    @Nullable String referrer,
    @Nullable String method,
    @Nullable String endpoint,
    @Nullable String environment,
    long cost,
    long bytesIn) {
  private static final int LONGEST_METHOD = 10;
  private static final int LONGEST_ENDPOINT = 500;
  private static final int LONGEST_REFERRER = 4_096;

  public Call {
    if (bytesIn < 0 || cost < 0) {
      throw new IllegalArgumentException("bytesIn and cost are at least 0");
    }
    method = cut(method, LONGEST_METHOD);
    endpoint = cut(endpoint, LONGEST_ENDPOINT);
    referrer = cut(referrer, LONGEST_REFERRER);
  }

  public static Call with(String key) {
    return new Call(key, null, null, null, null, null, null, null, 1, 0);
  }

  /**
   * Needs these scopes.
   *
   * @throws org.apikeys.api.permission.ScopeExpressionException when the text is no expression
   */
  public Call needing(String expression) {
    return needing(ScopeExpression.parse(expression));
  }

  public Call needing(@Nullable ScopeExpression expression) {
    return new Call(
        key, expression, resource, ip, referrer, method, endpoint, environment, cost, bytesIn);
  }

  /** Is about a resource, such as {@code projects/42}. */
  public Call on(@Nullable String name) {
    return new Call(key, needed, name, ip, referrer, method, endpoint, environment, cost, bytesIn);
  }

  /** Came from this address, and from this page. */
  public Call from(@Nullable String address, @Nullable String page) {
    return new Call(
        key, needed, resource, address, page, method, endpoint, environment, cost, bytesIn);
  }

  /** Asks for this. */
  public Call to(@Nullable String verb, @Nullable String path) {
    return new Call(key, needed, resource, ip, referrer, verb, path, environment, cost, bytesIn);
  }

  /** With a payload of so many bytes. */
  public Call bytes(long size) {
    return new Call(key, needed, resource, ip, referrer, method, endpoint, environment, cost, size);
  }

  /** What grants on resources are held to; null when it is none that a grant could cover. */
  @Nullable ResourcePattern about() {
    if (resource == null) {
      return null;
    }
    try {
      ResourcePattern pattern = ResourcePattern.parse(resource);
      return pattern.isPattern() ? null : pattern;
    } catch (IllegalArgumentException e) {
      return null;
    }
  }

  private static @Nullable String cut(@Nullable String text, int longest) {
    return text != null && text.length() > longest ? text.substring(0, longest) : text;
  }

  /** Never the key. */
  @Override
  public String toString() {
    return "Call[" + method + " " + endpoint + "]";
  }
}
