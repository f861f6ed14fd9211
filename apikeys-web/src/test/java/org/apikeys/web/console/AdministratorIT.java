package org.apikeys.web.console;

import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Route;
import com.microsoft.playwright.options.AriaRole;
import com.microsoft.playwright.options.WaitForSelectorState;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.regex.Pattern;
import org.apikeys.web.server.Eventually;
import org.apikeys.web.server.IssuedKey;
import org.apikeys.web.server.Json;
import org.apikeys.web.server.Person;
import org.apikeys.web.server.RunningServer;
import org.apikeys.web.server.Tenant;
import org.apikeys.web.server.Unique;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * An administrator in the console: people, organizations, policies, plugins, webhooks, settings,
 * usage by country. On a server of its own, which may send webhooks to this machine, believes its
 * peer about countries, and whose plugins nobody misses.
 */
@NeedsChromium
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class AdministratorIT {
  private final Queue<String> received = new ConcurrentLinkedQueue<>();
  private final Browser browser;

  @SuppressWarnings("NullAway.Init") // made before the tests
  private RunningServer server;

  @SuppressWarnings("NullAway.Init")
  private HttpServer receiver;

  @SuppressWarnings("NullAway.Init")
  private Person administrator;

  AdministratorIT(Browser browser) {
    this.browser = browser;
  }

  @BeforeAll
  void start() throws IOException {
    receiver = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 16);
    receiver.createContext(
        "/hooks",
        exchange -> {
          received.add(exchange.getRequestHeaders().getFirst("webhook-id"));
          exchange.getRequestBody().readAllBytes();
          exchange.sendResponseHeaders(204, -1);
          exchange.close();
        });
    receiver.start();
    server =
        RunningServer.named("administrator")
            .setting("APIKEYS_WEBHOOKS_ALLOW_PRIVATE", "true")
            .setting("APIKEYS_TRUSTED_PROXIES", "127.0.0.1")
            .setting("APIKEYS_GEOIP_HEADER", "CF-IPCountry")
            .start();
    administrator = Tenant.ofDefaultOrganization(server).newPerson("admin");
  }

  @AfterAll
  void stop() {
    server.close();
    receiver.stop(0);
  }

  /** Some pages are for the default organization alone: cluster, settings, all organizations. */
  @ParameterizedTest
  @EnumSource(Look.class)
  void everyPageOfTheInstallationIsAccessibleAndQuiet(Look look) {
    try (Window window = browser.window(look)) {
      window.signIn(administrator, "/");
      for (String path : List.of("/cluster", "/settings", "/organizations", "/plugins")) {
        String name = "operator" + path.replace('/', '-');
        window.go(path).shot(name).requireAccessible(name).requireQuiet();
      }
    }
  }

  @Test
  void aPersonIsAddedSignsInAndIsStopped() {
    String name = Unique.name("newcomer");
    String password = "a-long-" + name;
    try (Window admins = browser.window(Look.LIGHT_WIDE);
        Window theirs = browser.window(Look.DARK_NARROW)) {
      admins.signIn(administrator, "/people");
      admins.click("Add a person");
      Locator dialog = admins.page().locator("dialog[open]");
      admins.fill("User name", name);
      dialog.getByLabel("Password").fill("short");
      admins.clickInDialog("Add a person");
      dialog.getByText("12").first().waitFor();
      admins.shot("person-add").requireAccessible("the form of a person with a mistake");
      dialog.getByLabel("Password").fill(password);
      admins.clickInDialog("Add a person");
      admins.waitForText(name + " can sign in now");

      Person person = new Person(0, name, password, "", server.anonymous());
      theirs.signIn(person, "/keys").requireQuiet();

      admins.page().getByLabel("Name or e-mail").fill(name);
      admins
          .page()
          .getByRole(AriaRole.ROW)
          .filter(new Locator.FilterOptions().setHasText(name))
          .getByRole(AriaRole.BUTTON)
          .click();
      dialog.getByLabel("May sign in").uncheck();
      admins.shot("person-change").requireAccessible("the form of a person");
      admins.clickInDialog("Save");
      admins.waitForText(name + " is changed");
      admins.page().locator("tbody").getByText("Disabled").waitFor();

      // the token that the person holds stops within a second
      Eventually.within(
          Duration.ofSeconds(30),
          () -> {
            theirs.goWithoutWaiting("/me");
            theirs.goWithoutWaiting("/keys");
            assertThat(theirs.page().locator("dialog[open]").isVisible()).isTrue();
          });
      theirs.waitForText("Your session has ended");
    }
    server
        .anonymous()
        .post("/api/v1/auth/token", Json.object("username", name, "password", password))
        .expectProblem(401, "UNAUTHENTICATED");
  }

  /**
   * What is asked for every few seconds does not pile up while nobody is there to sign in again.
   */
  @Test
  void aPageThatWaitsForItsPersonAsksForNothingMore() {
    List<String> asked = new ArrayList<>();
    try (Window window = browser.window(Look.LIGHT_WIDE)) {
      window.page().clock().install();
      window.signIn(administrator, "/cluster");
      window
          .page()
          .route(
              "**/api/v1/cluster",
              route -> {
                asked.add(route.request().url());
                route.fulfill(new Route.FulfillOptions().setStatus(401));
              });
      window.page().clock().runFor(6_000);
      window.waitForText("Your session has ended");
      window.page().clock().runFor(120_000);
      window.page().waitForTimeout(500);
      assertThat(asked).hasSize(1);
    }
  }

  @Test
  void aServerThatIsAwayOrNotWellSaysSo() {
    try (Window window = browser.window(Look.LIGHT_WIDE)) {
      window.page().clock().install();
      window.signIn(administrator, "/cluster");
      window.page().route("**/health", Route::abort);
      window.page().clock().runFor(6_000);
      window.card("Health of this node").getByText("The server can’t be reached").waitFor();
      window.page().unroute("**/health");
      window
          .page()
          .route(
              "**/health",
              route ->
                  route.fulfill(
                      new Route.FulfillOptions()
                          .setStatus(503)
                          .setContentType("application/json")
                          .setBody(
                              "{\"status\": \"DOWN\", \"checks\":"
                                  + " [{\"name\": \"store\", \"status\": \"DOWN\"}]}")));
      window.page().clock().runFor(6_000);
      window.card("Health of this node").getByText("Not well").waitFor();
    }
  }

  /** Two administrators: what one asks for, the other sees, looks at and decides. */
  @Test
  void aSecondAdministratorDecidesAboutARemoval() {
    Person second = Tenant.ofDefaultOrganization(server).newPerson("admin");
    try (Window asking = browser.window(Look.LIGHT_WIDE);
        Window deciding = browser.window(Look.DARK_NARROW);
        Window light = browser.window(Look.LIGHT_NARROW);
        Window dark = browser.window(Look.DARK_WIDE)) {
      asking.signIn(administrator, "/audit/retention");
      asking.waitForText("Nobody has asked for old records to be removed.");
      asking.shot("purges-none").requireAccessible("no removals");
      String approved = askForRemoval(asking, 1);
      String rejected = askForRemoval(asking, 2);
      String takenBack = askForRemoval(asking, 3);
      askForRemoval(asking, 4);
      assertThat(removal(asking, approved).innerText())
          .contains("Take back", "Pending", administrator.name())
          .doesNotContain("Reject");

      deciding.signIn(second, "/audit/retention");
      assertThat(removal(deciding, approved).innerText())
          .contains("Reject", "Look and approve")
          .doesNotContain("Take back");
      press(deciding, approved, "Look and approve");
      deciding.waitForText("Records that would go now");
      deciding.shot("purge-approve").requireAccessible("approving a removal");
      deciding.clickInDialog("Approve and remove");
      waitForRemoval(deciding, approved, "Approved by " + second.name());

      press(deciding, rejected, "Reject");
      deciding.clickInDialog("Reject");
      deciding.waitForText("is required and has at most 500 characters");
      deciding.fill("Reason", "The case is open");
      deciding.shot("purge-reject").requireAccessible("rejecting a removal");
      deciding.clickInDialog("Reject");
      waitForRemoval(deciding, rejected, "The case is open");

      press(asking, takenBack, "Take back");
      asking.shot("purge-cancel").requireAccessible("taking a removal back");
      asking.clickInDialog("Take back");
      waitForRemoval(asking, takenBack, "Taken back");
      waitForRemoval(asking, approved, "Approved by " + second.name());

      // somebody was quicker: it is said, and the list then shows what has become of it
      press(deciding, takenBack, "Look and approve");
      deciding.clickInDialog("Approve and remove");
      deciding.waitForText("This purge is decided already.");
      deciding.clickInDialog("Cancel");
      waitForRemoval(deciding, takenBack, "Taken back");

      for (Window window : List.of(light, dark)) {
        window.signIn(second, "/audit/retention");
      }
      for (Window window : List.of(asking, deciding, light, dark)) {
        window.shot("purges").requireAccessible("removals");
      }
      light.requireQuiet();
      dark.requireQuiet();
    }
  }

  @Test
  void aListOfRemovalsThatFailsIsAskedForAgain() {
    try (Window window = browser.window(Look.LIGHT_WIDE)) {
      window
          .page()
          .route(
              "**/api/v1/audit/purge?*",
              route ->
                  route.fulfill(
                      new Route.FulfillOptions()
                          .setStatus(503)
                          .setContentType("application/problem+json")
                          .setBody(
                              "{\"code\": \"STORE_UNAVAILABLE\", \"title\": \"The store is away\"}")));
      window.signIn(administrator, "/audit/retention");
      window.waitForText("The store is away");
      window.page().unroute("**/api/v1/audit/purge?*");
      window.click("Try again");
      window
          .page()
          .getByText("The store is away")
          .first()
          .waitFor(new Locator.WaitForOptions().setState(WaitForSelectorState.HIDDEN));
      assertThat(window.text()).contains("Removal of old records");
    }
  }

  /** Asks for one more and answers what it is called in the list. */
  private static String askForRemoval(Window window, int count) {
    window.click("Remove old records");
    window.fill("Records before", "2001-01-01T00:00");
    window.click("What would go?");
    window.waitForText("Records that would go now");
    if (count == 1) {
      window.shot("purge-ask").requireAccessible("asking for a removal");
    }
    window.clickInDialog("Ask for the removal");
    Locator rows = window.page().locator("ak-purges tbody tr");
    rows.nth(count - 1).waitFor();
    return rows.first().locator(".cell-main").innerText().lines().findFirst().orElseThrow();
  }

  /** The row of a removal. */
  private static Locator removal(Window window, String name) {
    return window
        .page()
        .locator("ak-purges tbody tr")
        .filter(new Locator.FilterOptions().setHasText(Pattern.compile(name + "(?![0-9])")));
  }

  private static void waitForRemoval(Window window, String name, String text) {
    removal(window, name).filter(new Locator.FilterOptions().setHasText(text)).waitFor();
  }

  private static void press(Window window, String removal, String name) {
    removal(window, removal)
        .getByRole(AriaRole.BUTTON, new Locator.GetByRoleOptions().setName(name))
        .click();
  }

  /** Policies ask for approvals of groups; who is in them is said where people are. */
  @ParameterizedTest
  @EnumSource(Look.class)
  void aPersonIsPutIntoGroupsAndTakenOut(Look look) {
    Person person = Tenant.ofDefaultOrganization(server).newPerson("manager");
    try (Window window = browser.window(look)) {
      window.signIn(administrator, "/people?q=" + person.name());
      Locator change = window.page().getByTitle("Change " + person.name());
      change.click();
      window.fill("Groups", "on-call, Security Leads");
      window.clickInDialog("Save");
      window.waitForText("lower-case letters, digits and hyphens");
      window.shot("person-groups").requireAccessible("the groups of a person");
      window.fill("Groups", "security-leads, on-call");
      window.clickInDialog("Save");
      window.waitForText("on-call, security-leads");
      window.shot("people-groups").requireAccessible("people with their groups");
      assertThat(groupsOf(person)).containsExactly("on-call", "security-leads");
      change.click();
      window.fill("Groups", "");
      window.clickInDialog("Save");
      Window.gone(window.page().getByText("on-call, security-leads"));
      assertThat(groupsOf(person)).isEmpty();
      assertThat(window.page().evaluate("() => document.activeElement.title"))
          .isEqualTo("Change " + person.name());
    }
  }

  private List<String> groupsOf(Person person) {
    List<String> groups = new ArrayList<>();
    administrator
        .api()
        .get("/api/v1/users/" + person.id())
        .expect(200)
        .at("/groups")
        .forEach(group -> groups.add(group.asText()));
    return groups;
  }

  @Test
  void anOrganizationIsAddedAndRenamed() {
    String name = Unique.name("Branch");
    try (Window window = browser.window(Look.DARK_WIDE)) {
      window.signIn(administrator, "/organizations?size=200");
      window.click("Add an organization");
      window.fill("Name", name);
      window.requireAccessible("the form of an organization");
      window.clickInDialog("Add an organization");
      window.waitForText(name + " is saved");
      window
          .page()
          .getByRole(AriaRole.ROW)
          .filter(new Locator.FilterOptions().setHasText(name))
          .getByRole(AriaRole.BUTTON)
          .click();
      window.fill("Name", name + " North");
      window.clickInDialog("Save");
      window.waitForText(name + " North is saved");
      window.page().locator("tbody").getByText(name + " North").waitFor();
      window.shot("organizations").requireQuiet();
    }
    assertThat(
            Json.texts(
                server
                    .admin()
                    .get("/api/v1/organizations?size=200")
                    .expect(200)
                    .at("/organizations"),
                "name"))
        .contains(name + " North");
  }

  /** Tried first, then put in force, in an organization of its own. */
  @Test
  void policiesAreTriedBeforeTheyCount() {
    Tenant own = server.newTenant();
    try (Window window = browser.window(Look.LIGHT_WIDE)) {
      window.signIn(own.person("admin"), "/policies");
      window.fill("Scopes", "users:roles");
      window.click("What would it take?");
      window.waitForText("It would take 2 approvals, by the policy production-and-staging.");
      window.shot("policies-dry-run").requireAccessible("a dry run");

      window.click("Change");
      Locator editor = window.page().getByLabel("Policies and additions");
      editor.fill("{\"policies\": [");
      window.click("What would it take?");
      window.waitForText("That is no JSON");
      editor.fill("{\"policies\": [{\"name\": \"all\"}]}");
      window.click("What would it take?");
      window.waitForText("a policy is either automatic: true or has stages");
      editor.fill("{\"policies\": [{\"name\": \"free\", \"automatic\": true}]}");
      window.click("What would it take?");
      window.waitForText("It would take effect at once, by the policy free.");
      assertThat(own.admin().get("/api/v1/policies").expect(200).number("/version")).isZero();
      window.shot("policies-change").requireAccessible("the editor of policies");
      window.click("Save");
      window.waitForText("The policies are in force");
      window.waitForText("Version 1, by " + own.person("admin").name());
      window.click("Change");
      editor.fill(
          "{\"policies\": [{\"name\": \"machines\", \"when\": {\"types\": [\"automaton\"]},"
              + " \"stages\": [{\"approvals\": 1, \"roles\": [\"admin\"]}]},"
              + " {\"name\": \"free\", \"automatic\": true}]}");
      window.click("Save");
      window.waitForText("policies[0].when.types: there is no key type automaton");
      window.shot("policies-warnings").requireAccessible("policies with a warning");
    }
    own.person("developer")
        .api()
        .post("/api/v1/api-keys", Json.object("name", Unique.name("free")))
        .expect(201);
  }

  @Test
  void aPluginIsDisabledAndEnabled() {
    try (Window window = browser.window(Look.LIGHT_NARROW)) {
      window.signIn(administrator, "/plugins");
      Locator card = window.card("studio");
      card.locator("summary").first().click();
      card.getByText("agents:read").first().waitFor();
      window.shot("plugin-scopes").requireAccessible("what a plugin brings");
      card.getByRole(AriaRole.BUTTON).getByText("Disable").click();
      window.requireAccessible("asking before a plugin is disabled");
      window.clickInDialog("Disable");
      window.waitForText("studio is disabled");
      assertThat(state("studio")).isEqualTo("disabled");
      card.getByRole(AriaRole.BUTTON).getByText("Enable").click();
      window.waitForText("studio is enabled");
      assertThat(state("studio")).isEqualTo("enabled");
      window.requireQuiet();
    }
  }

  @Test
  void aJarThatIsNoneIsNamedByItsFileAndHasNothingToSwitch() throws IOException {
    Path folder = Files.createDirectories(server.dataFolder().resolveSibling("plugins"));
    Path broken = Files.writeString(folder.resolve("broken.jar"), "this is no jar");
    try (Window window = browser.window(Look.LIGHT_WIDE)) {
      Eventually.within(
          Duration.ofSeconds(60),
          () ->
              assertThat(server.admin().get("/api/v1/plugins").expect(200).body())
                  .contains("broken.jar"));
      window.signIn(administrator, "/plugins");
      Locator card = window.card("broken.jar");
      card.getByText("it can't be read as a jar").first().waitFor();
      assertThat(card.getByRole(AriaRole.BUTTON).count()).isZero();
      window.requireQuiet();
    } finally {
      Files.delete(broken);
    }
  }

  @Test
  void pluginsArePagedAndChosenByTheirState() throws IOException {
    Path folder = Files.createDirectories(server.dataFolder().resolveSibling("plugins"));
    List<Path> jars = new ArrayList<>();
    try (Window window = browser.window(Look.DARK_NARROW)) {
      for (int i = 10; i < 22; i++) {
        jars.add(Files.writeString(folder.resolve("no-jar-" + i + ".jar"), "this is no jar"));
      }
      Eventually.within(
          Duration.ofSeconds(60),
          () ->
              assertThat(
                      server
                          .admin()
                          .get("/api/v1/plugins?state=quarantined&size=1")
                          .expect(200)
                          .number("/total"))
                  .isGreaterThanOrEqualTo(12));
      window.signIn(administrator, "/plugins?size=10");
      Locator cards = window.page().locator("main section.card");
      assertThat(cards.count()).isEqualTo(10);
      window.click("Next");
      window.card("no-jar-21.jar").waitFor();
      window.shot("plugins-second-page").requireAccessible("the second page of plugins");
      window.page().getByLabel("State").selectOption("enabled");
      window.page().waitForURL(url -> url.contains("state=enabled"));
      window.settled().card("studio").waitFor();
      assertThat(window.text()).doesNotContain("no-jar");
      window.requireQuiet();
    } finally {
      for (Path jar : jars) {
        Files.delete(jar);
      }
    }
  }

  private String state(String plugin) {
    return server.admin().get("/api/v1/plugins/" + plugin).expect(200).text("/state");
  }

  @Test
  void aWebhookDeliversAndIsSentAgain() {
    String address =
        "http://127.0.0.1:" + receiver.getAddress().getPort() + "/hooks/" + Unique.name("h");
    try (Window window = browser.window(Look.DARK_WIDE)) {
      window.signIn(administrator, "/webhooks");
      window.click("New webhook");
      window.fill("Address", "ftp://example.com");
      window.clickInDialog("New webhook");
      window.page().locator("dialog[open] .invalid-feedback").first().waitFor();
      window.fill("Address", address);
      window.page().locator("dialog[open]").getByLabel("Events").fill("key.*\nrequest.*");
      window.requireAccessible("the form of a webhook");
      window.clickInDialog("New webhook");
      window.waitForText("This secret signs the messages.");
      String secret = window.page().locator("dialog[open] .secret > span").innerText();
      assertThat(secret).startsWith("whsec_");
      window.clickInDialog("I have kept it");
      window.page().getByRole(AriaRole.HEADING).getByText(address).waitFor();
      assertThat(window.page().content()).doesNotContain(secret);

      window.click("Send a test");
      refreshUntil(window, "Delivered", 1);
      String message = received.poll();
      assertThat(message).isNotEmpty();
      window.click("Send again");
      refreshUntil(window, "Delivered", 1);
      Eventually.within(Duration.ofSeconds(60), () -> assertThat(received).contains(message));
      window.shot("webhook-deliveries").requireAccessible("deliveries");

      window.click("Delete");
      window.clickInDialog("Delete");
      window.page().getByRole(AriaRole.HEADING).getByText("Webhooks").first().waitFor();
    }
  }

  private static void refreshUntil(Window window, String state, int times) {
    Eventually.within(
        Duration.ofSeconds(60),
        () -> {
          window.click("Refresh");
          window.settled();
          List<String> states = window.page().locator("tbody .badge").allInnerTexts();
          assertThat(states).filteredOn(state::equals).hasSizeGreaterThanOrEqualTo(times);
        });
  }

  @Test
  void callsAreOnAMapWithItsTable() {
    IssuedKey key = Tenant.ofDefaultOrganization(server).key().unlimited().issue();
    Map<String, Integer> calls = Map.of("DE", 9, "BR", 3, "SG", 1);
    calls.forEach(
        (country, times) -> {
          for (int i = 0; i < times; i++) {
            server
                .anonymous()
                .withKey(key.value())
                .header("X-Forwarded-For", "203.0.113." + country.charAt(0) % 50)
                .header("CF-IPCountry", country)
                .get("/api/v1/authorize")
                .expect(200);
          }
        });
    Eventually.within(
        Duration.ofSeconds(60),
        () ->
            assertThat(
                    server
                        .admin()
                        .get(
                            "/api/v1/analytics/usage?group_by=country&interval=day&key="
                                + key.keyId())
                        .expect(200)
                        .number("/totals/requests"))
                .isEqualTo(13));
    try (Window window = browser.window(Look.LIGHT_WIDE)) {
      window.signIn(administrator, "/analytics?key=" + key.keyId());
      Locator map = window.page().locator("svg.world");
      map.waitFor();
      assertThat(map.locator("path.world-5 title").allTextContents()).containsExactly("Germany: 9");
      assertThat(map.locator("circle title").allTextContents()).containsExactly("Singapore: 1");
      window.shot("analytics-map").requireAccessible("the map");
      Locator card =
          window.page().locator("section.card").filter(new Locator.FilterOptions().setHas(map));
      String file =
          window.downloaded(() -> card.getByRole(AriaRole.BUTTON).getByText("CSV").click());
      assertThat(file).contains("DE,Germany,9").contains("BR,Brazil,3");
      card.getByRole(AriaRole.BUTTON).getByText("Table").click();
      window.waitForText("Brazil");
      window.requireAccessible("the map's table").requireQuiet();
    }
    try (Window window = browser.window(Look.DARK_NARROW)) {
      window.signIn(administrator, "/analytics?group_by=country&key=" + key.keyId());
      window.page().locator("svg.world").waitFor();
      window.shot("analytics-map").requireAccessible("the map").requireQuiet();
    }
  }

  @Test
  void settingsTellWhatCountsAndWhereItComesFrom() {
    try (Window window = browser.window(Look.LIGHT_WIDE)) {
      window.signIn(administrator, "/settings");
      window.fill("Name or meaning", "allow-private");
      window.waitForText("apikeys.webhooks.allow-private");
      assertThat(window.text()).contains("true").contains("(otherwise false)");
      assertThat(window.text()).doesNotContain("apikeys.data.dir");
      window.fill("Name or meaning", "admin.password");
      window.waitForText("Set, and not shown");
      assertThat(window.page().content()).doesNotContain(RunningServer.ADMIN_PASSWORD);
      window.shot("settings-found").requireAccessible("settings that were found").requireQuiet();
    }
  }
}
