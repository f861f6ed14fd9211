package org.apikeys.sidecar;

import io.vertx.core.MultiMap;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A question of this machine with some headers. */
record AskedWith(MultiMap headers, @Nullable String query) implements Question {
  @Override
  public String method() {
    return "GET";
  }

  @Override
  public String peer() {
    return "127.0.0.1";
  }

  @Override
  public List<String> all(Header header) {
    return headers.getAll(header.lower());
  }

  @Override
  public @Nullable String first(Header header) {
    return headers.get(header.lower());
  }
}
