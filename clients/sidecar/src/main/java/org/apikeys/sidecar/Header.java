package org.apikeys.sidecar;

import java.util.Locale;

/** The headers of a question that say something about it. */
enum Header {
  API_KEY("X-API-Key"),
  AUTHORIZATION("Authorization"),
  CONTENT_LENGTH("Content-Length"),
  CONTENT_TYPE("Content-Type"),
  FORWARDED_FOR("X-Forwarded-For"),
  FORWARDED_METHOD("X-Forwarded-Method"),
  FORWARDED_URI("X-Forwarded-Uri"),
  ORIGINAL_LENGTH("X-Original-Content-Length"),
  ORIGINAL_METHOD("X-Original-Method"),
  ORIGINAL_URI("X-Original-URI"),
  ORIGINAL_URL("X-Original-Url"),
  REFERRER("Referer"),
  REQUEST_ID("X-Request-Id");

  private final String lower;

  Header(String name) {
    lower = name.toLowerCase(Locale.ROOT);
  }

  /** The name in lower case. */
  String lower() {
    return lower;
  }
}
