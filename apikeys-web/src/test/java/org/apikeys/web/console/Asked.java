package org.apikeys.web.console;

import java.util.List;
import java.util.Map;
import org.apikeys.web.server.Json;
import org.apikeys.web.server.Person;
import org.jspecify.annotations.Nullable;

/** Requests that wait, made without the console for tests of what comes after. */
final class Asked {
  private Asked() {}

  /** A person's request for a key of production with these scopes; its id. */
  static long production(Person asker, String name, String... scopes) {
    return with(
        asker, Json.object("name", name, "environment", "production", "scopes", List.of(scopes)));
  }

  /** A person's request for a new key like this; its id. */
  static long with(Person asker, Map<String, @Nullable Object> wanted) {
    Map<String, @Nullable Object> request =
        Json.object("kind", "new_key", "justification", "For a test.");
    request.putAll(wanted);
    return asker.api().post("/api/v1/key-requests", request).expect(201).number("/id");
  }
}
