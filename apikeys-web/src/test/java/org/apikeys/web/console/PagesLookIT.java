package org.apikeys.web.console;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apikeys.web.server.Json;
import org.apikeys.web.server.Person;
import org.apikeys.web.server.RunningServer;
import org.apikeys.web.server.SharedServer;
import org.apikeys.web.server.Tenant;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Every page of the frame, of owners and of managers, in both themes and both widths. */
@NeedsChromium
@ExtendWith(SharedServer.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class PagesLookIT {
  private final RunningServer server;
  private final Tenant tenant;

  @SuppressWarnings("NullAway.Init") // made before the tests, where there is a browser
  private Browser browser;

  PagesLookIT(RunningServer server, Tenant tenant) {
    this.server = server;
    this.tenant = tenant;
  }

  @BeforeAll
  void open() {
    browser = new Browser(server);
  }

  @AfterAll
  void close() {
    browser.close();
  }

  @ParameterizedTest
  @EnumSource(Look.class)
  void everyPageIsAccessibleAndQuiet(Look look) {
    Person manager = tenant.person("manager");
    Map<String, String> pages = new LinkedHashMap<>();
    String key = keyOf(manager);
    pages.put("start", "/");
    pages.put("notices", "/notices");
    pages.put("me", "/me");
    pages.put("help", "/help");
    pages.put("keys", "/keys");
    pages.put("keys-none-found", "/keys?q=nothing-has-this-name");
    pages.put("key", "/keys/" + key);
    pages.put("key-use", "/keys/" + key + "?tab=use");
    pages.put("key-permissions", "/keys/" + key + "?tab=permissions");
    pages.put("key-secrets", "/keys/" + key + "?tab=secrets");
    pages.put("key-history", "/keys/" + key + "?tab=history");
    pages.put("key-change", "/keys/" + key + "/change");
    pages.put("upcoming", "/upcoming");
    pages.put("request-new", "/requests/new");
    pages.put("request-emergency", "/requests/new?kind=emergency");
    pages.put("requests", "/requests");
    pages.put("campaigns", "/campaigns");
    pages.put("missing", "/no-such-page");
    try (Window window = browser.window(look)) {
      window.signIn(manager, "/");
      pages.forEach(
          (name, path) -> window.go(path).shot(name).requireAccessible(name).requireQuiet());
    }
  }

  private static String keyOf(Person person) {
    return person
        .api()
        .post(
            "/api/v1/api-keys",
            Json.object(
                "name",
                "Looked at",
                "environment",
                "development",
                "scopes",
                List.of("agents:read"),
                "tags",
                List.of("look")))
        .expect(201)
        .text("/key_id");
  }
}
