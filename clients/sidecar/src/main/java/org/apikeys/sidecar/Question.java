package org.apikeys.sidecar;

import io.vertx.core.http.HttpServerRequest;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What the sidecar is asked, in whatever way it was read. */
interface Question {
  String method();

  /** What is behind the path; null without a question mark. */
  @Nullable String query();

  /** The address that it came from. */
  String peer();

  /** The values of a header, in their order. */
  List<String> all(Header header);

  /** The first value of a header; null when there is none. */
  @Nullable String first(Header header);

  /** As Vert.x has read it. */
  static Question of(HttpServerRequest request) {
    return new Question() {
      @Override
      public String method() {
        return request.method().name();
      }

      @Override
      public @Nullable String query() {
        return request.query();
      }

      @Override
      public String peer() {
        return request.connection().remoteAddress().hostAddress();
      }

      @Override
      public List<String> all(Header header) {
        return request.headers().getAll(header.lower());
      }

      @Override
      public @Nullable String first(Header header) {
        return request.headers().get(header.lower());
      }
    };
  }
}
