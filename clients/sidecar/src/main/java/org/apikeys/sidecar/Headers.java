package org.apikeys.sidecar;

import io.vertx.core.http.HttpHeaders;

/** Names and values of headers, written into bytes once. */
final class Headers {
  static final CharSequence REQUEST_ID = name("X-Request-Id");
  static final CharSequence CONTENT_TYPE_OPTIONS = name("X-Content-Type-Options");
  static final CharSequence NOSNIFF = name("nosniff");
  static final CharSequence CONTENT_TYPE = name("Content-Type");
  static final CharSequence JSON = name("application/json");
  static final CharSequence KEY_ID = name("X-Key-Id");
  static final CharSequence KEY_OWNER = name("X-Key-Owner");
  static final CharSequence KEY_ORGANIZATION = name("X-Key-Organization");
  static final CharSequence KEY_SCOPES = name("X-Key-Scopes");
  static final CharSequence LIMIT = name("X-RateLimit-Limit");
  static final CharSequence REMAINING = name("X-RateLimit-Remaining");
  static final CharSequence RESET = name("X-RateLimit-Reset");
  static final CharSequence POLICY = name("RateLimit-Policy");
  static final CharSequence STANDING = name("RateLimit");

  private Headers() {}

  private static CharSequence name(String text) {
    return HttpHeaders.createOptimized(text);
  }
}
