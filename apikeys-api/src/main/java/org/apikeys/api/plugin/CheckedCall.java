package org.apikeys.api.plugin;

import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What is known of a call that is being decided about. All of it but the key and the time is what
 * the gateway said, which may be nothing: a check that needs a part that is absent refuses.
 */
public final class CheckedCall {
  private final CheckedKey key;
  private final @Nullable String resource;
  private final @Nullable String method;
  private final @Nullable String endpoint;
  private final @Nullable String ip;
  private final @Nullable String referrer;
  private final long bytesIn;
  private final Instant at;

  private CheckedCall(
      CheckedKey key,
      @Nullable String resource,
      @Nullable String method,
      @Nullable String endpoint,
      @Nullable String ip,
      @Nullable String referrer,
      long bytesIn,
      Instant at) {
    this.key = key;
    this.resource = resource;
    this.method = method;
    this.endpoint = endpoint;
    this.ip = ip;
    this.referrer = referrer;
    this.bytesIn = bytesIn;
    this.at = at;
  }

  /** A call of which no more is known than its key and its time. */
  public static CheckedCall with(CheckedKey key, Instant at) {
    return new CheckedCall(key, null, null, null, null, null, 0, at);
  }

  /** The same call, about a resource. */
  public CheckedCall about(@Nullable String aResource) {
    return new CheckedCall(key, aResource, method, endpoint, ip, referrer, bytesIn, at);
  }

  /** The same call, of an endpoint. */
  public CheckedCall of(@Nullable String aMethod, @Nullable String anEndpoint) {
    return new CheckedCall(key, resource, aMethod, anEndpoint, ip, referrer, bytesIn, at);
  }

  /** The same call, from a place. */
  public CheckedCall from(@Nullable String anAddress, @Nullable String aReferrer) {
    return new CheckedCall(key, resource, method, endpoint, anAddress, aReferrer, bytesIn, at);
  }

  /** The same call, with a payload of so many bytes. */
  public CheckedCall sending(long bytes) {
    return new CheckedCall(key, resource, method, endpoint, ip, referrer, bytes, at);
  }

  /** The key that it was made with. */
  public CheckedKey key() {
    return key;
  }

  /** What it is about, {@code shops/42}. */
  public Optional<String> resource() {
    return Optional.ofNullable(resource);
  }

  /** Its HTTP method, {@code GET}. */
  public Optional<String> method() {
    return Optional.ofNullable(method);
  }

  /** The path that it calls, {@code /orders}. */
  public Optional<String> endpoint() {
    return Optional.ofNullable(endpoint);
  }

  /** The IP address that it came from, well-formed. */
  public Optional<String> ip() {
    return Optional.ofNullable(ip);
  }

  /** The page that it came from, as it was sent. */
  public Optional<String> referrer() {
    return Optional.ofNullable(referrer);
  }

  /** Size of its payload in bytes; 0 when nobody said. */
  public long bytesIn() {
    return bytesIn;
  }

  /** When it is decided about, by the server's clock. A check asks no other clock. */
  public Instant at() {
    return at;
  }
}
