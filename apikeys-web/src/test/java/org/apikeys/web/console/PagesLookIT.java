package org.apikeys.web.console;

import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.Media;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.apikeys.web.server.Json;
import org.apikeys.web.server.Person;
import org.apikeys.web.server.RunningServer;
import org.apikeys.web.server.SharedServer;
import org.apikeys.web.server.Tenant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Every page, in both themes and both widths, and what holds for all of them. */
@NeedsChromium
@ExtendWith(SharedServer.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class PagesLookIT {
  private final RunningServer server;
  private final Tenant tenant;
  private final Browser browser;

  PagesLookIT(RunningServer server, Tenant tenant, Browser browser) {
    this.server = server;
    this.tenant = tenant;
    this.browser = browser;
  }

  /** An administrator sees every page; those of single things are looked at as they are. */
  @ParameterizedTest
  @EnumSource(Look.class)
  void everyPageIsAccessibleAndQuiet(Look look) {
    Person administrator = tenant.person("admin");
    String key = "/keys/" + keyOf(administrator);
    long request = requestOf(tenant.person("developer"));
    Map<String, String> more = new LinkedHashMap<>();
    more.put("keys-none-found", "/keys?q=nothing-has-this-name");
    more.put("key", key);
    more.put("key-use", key + "?tab=use");
    more.put("key-permissions", key + "?tab=permissions");
    more.put("key-secrets", key + "?tab=secrets");
    more.put("key-history", key + "?tab=history");
    more.put("key-change", key + "/change");
    more.put("request", "/requests/" + request);
    more.put("claim-too-early", "/requests/" + request + "/claim");
    more.put("request-emergency", "/requests/new?kind=emergency");
    more.put("missing", "/no-such-page");
    try (Window window = browser.window(look)) {
      window.signIn(administrator, "/");
      tour(window, "admin");
      more.forEach(
          (name, path) -> window.go(path).shot(name).requireAccessible(name).requireQuiet());
    }
  }

  /** Nobody is led to a page that the server then refuses them. */
  @ParameterizedTest
  @ValueSource(strings = {"manager", "auditor", "developer", "gateway"})
  void everyRoleIsLedToItsPagesAlone(String role) {
    try (Window window = browser.window(Look.LIGHT_WIDE)) {
      window.signIn(tenant.person(role), "/");
      tour(window, role);
      window.requireQuiet();
    }
  }

  private static void tour(Window window, String role) {
    for (String path : window.pages()) {
      String name = role + path.replace('/', '-');
      window.go(path).shot(name).requireAccessible(name).requireQuiet();
    }
  }

  /** Paper is for reading: neither the navigation nor buttons take room on it. */
  @Test
  void onPaperThereIsWhatIsRead() {
    Person manager = tenant.person("manager");
    long request = requestOf(tenant.person("developer"));
    try (Window window = browser.window(Look.DARK_WIDE)) {
      window.signIn(manager, "/requests/" + request);
      window.page().emulateMedia(new Page.EmulateMediaOptions().setMedia(Media.PRINT));
      window.shot("printed");
      assertThat(window.page().locator("main h1").isVisible()).isTrue();
      assertThat(window.page().locator(".side, .top, button").all()).noneMatch(Locator::isVisible);
      assertThat(window.page().evaluate("() => document.querySelector('main').offsetLeft"))
          .isEqualTo(0);
    }
  }

  @Test
  void theFirstViewIsSmallAndIsKept() {
    try (Window window = browser.window(Look.LIGHT_WIDE)) {
      AtomicLong bytes = new AtomicLong();
      AtomicLong files = new AtomicLong();
      window
          .page()
          .onRequestFinished(
              request -> {
                if (request.url().contains("/console/")) {
                  bytes.addAndGet(request.sizes().responseBodySize);
                  files.incrementAndGet();
                }
              });
      window.signIn(tenant.person("manager"), "/");
      assertThat(files.get()).isGreaterThan(10);
      assertThat(bytes.get()).as("bytes of the first view").isLessThan(300_000);
      assertThat(
              window
                  .page()
                  .evaluate(
                      "() => performance.getEntriesByType('resource').map(entry => entry.name)"
                          + ".filter(name => !name.startsWith(location.origin))"))
          .as("loaded from elsewhere")
          .isEqualTo(List.of());
    }
  }

  @Test
  void aLinkIntoTheConsoleSurvivesReloadAndSignIn() {
    Person person = tenant.person("manager");
    try (Window window = browser.window(Look.LIGHT_WIDE)) {
      window.signIn(person, "/keys?status=active&sort=name");
      assertThat(window.page().url()).endsWith("/console/keys?status=active&sort=name");
      window.page().reload();
      window.fill("User name", person.name());
      window.fill("Password", person.password());
      window.click("Sign in");
      window.page().locator("#filter-status").waitFor();
      assertThat(window.page().locator("#filter-status").inputValue()).isEqualTo("active");
      assertThat(window.page().url()).endsWith("/console/keys?status=active&sort=name");
      window.requireQuiet();
    }
  }

  @Test
  void aWrongPasswordIsToldAndMayBeCorrected() {
    Person person = tenant.person("manager");
    try (Window window = browser.window(Look.DARK_NARROW)) {
      window.page().navigate(server.uri().resolve("/console/").toString());
      window.fill("User name", person.name());
      assertThat(window.page().getByLabel("User name").getAttribute("autocapitalize"))
          .isEqualTo("none");
      window.fill("Password", "not this one");
      window.click("Sign in");
      window.waitForText("The user name or the password is wrong.");
      window.shot("sign-in").requireAccessible("signing in");
      window.fill("Password", person.password());
      window.click("Sign in");
      window.page().locator(".side").waitFor();
    }
  }

  /** Everything by keyboard: from signing in to a page, and the skip link to the content. */
  @Test
  void theKeyboardIsEnough() {
    Person person = tenant.person("manager");
    try (Window window = browser.window(Look.LIGHT_WIDE)) {
      window.page().navigate(server.uri().resolve("/console/").toString());
      window.page().locator("input:focus").waitFor();
      window.page().keyboard().type(person.name());
      window.page().keyboard().press("Tab");
      window.page().keyboard().type(person.password());
      window.page().keyboard().press("Enter");
      window.page().locator(".side").waitFor();
      window.settled();
      Locator keys = window.page().locator("nav a[href$='/console/keys']");
      for (int i = 0; i < 20 && !isFocused(keys); i++) {
        window.page().keyboard().press("Tab");
      }
      assertThat(isFocused(keys)).isTrue();
      window.page().keyboard().press("Enter");
      window.page().locator("main h1:focus").waitFor();
      window.requireQuiet();
    }
  }

  private static boolean isFocused(Locator element) {
    return Boolean.TRUE.equals(element.evaluate("found => found === document.activeElement"));
  }

  private static long requestOf(Person person) {
    return person
        .api()
        .post(
            "/api/v1/key-requests",
            Json.object(
                "kind", "new_key",
                "name", "Looked at",
                "environment", "production",
                "scopes", List.of("agents:write"),
                "justification", "To be looked at."))
        .expect(201)
        .number("/id");
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
