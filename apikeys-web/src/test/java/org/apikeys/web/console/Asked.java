package org.apikeys.web.console;

import java.util.List;
import org.apikeys.web.server.Json;
import org.apikeys.web.server.Person;

/** Requests that wait, made without the console for tests of what comes after. */
final class Asked {
  private Asked() {}

  /** A person's request for a key of production with these scopes; its id. */
  static long production(Person asker, String name, String... scopes) {
    return asker
        .api()
        .post(
            "/api/v1/key-requests",
            Json.object(
                "kind",
                "new_key",
                "name",
                name,
                "environment",
                "production",
                "scopes",
                List.of(scopes),
                "justification",
                "For a test."))
        .expect(201)
        .number("/id");
  }
}
