package org.apikeys.web.http;

import org.jspecify.annotations.Nullable;

/** What was called, as others tell it. */
public final class Endpoint {
  private Endpoint() {}

  /** Without its query, which is never kept: it may hold a key. */
  public static @Nullable String withoutQuery(@Nullable String endpoint) {
    int query = endpoint == null ? -1 : endpoint.indexOf('?');
    return endpoint == null || query < 0 ? endpoint : endpoint.substring(0, query);
  }
}
