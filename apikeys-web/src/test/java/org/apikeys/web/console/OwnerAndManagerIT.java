package org.apikeys.web.console;

import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Page.RouteOptions;
import com.microsoft.playwright.Route.FulfillOptions;
import java.util.List;
import java.util.Map;
import org.apikeys.web.server.Json;
import org.apikeys.web.server.Person;
import org.apikeys.web.server.RunningServer;
import org.apikeys.web.server.SharedServer;
import org.apikeys.web.server.Tenant;
import org.apikeys.web.server.Unique;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;

/** Owners and managers in the console: from the wish for a key to its end. */
@NeedsChromium
@ExtendWith(SharedServer.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class OwnerAndManagerIT {
  private final RunningServer server;
  private final Tenant tenant;
  private final Person owner;
  private final Person manager;

  @SuppressWarnings("NullAway.Init") // made before the tests, where there is a browser
  private Browser browser;

  OwnerAndManagerIT(RunningServer server, Tenant tenant) {
    this.server = server;
    this.tenant = tenant;
    owner = tenant.newPerson("developer");
    manager = tenant.newPerson("manager");
  }

  @BeforeAll
  void open() {
    browser = new Browser(server);
  }

  @AfterAll
  void close() {
    browser.close();
  }

  @Test
  void aKeyIsAskedForApprovedClaimedAndWorks() {
    String name = Unique.name("release");
    String secret;
    try (Window owners = browser.window(Look.LIGHT_WIDE);
        Window managers = browser.window(Look.DARK_WIDE)) {
      owners.signIn(owner, "/requests/new");
      owners.fill("Name", name);
      owners.page().getByLabel("Environment").selectOption("production");
      owners.fill("Find a scope or set", "deployments:");
      owners.page().getByText("deployments:write").click();
      owners.fill("Allowed addresses", "203.0.113.0/24");
      owners.waitForText("Needs 1 approval");
      owners.shot("request-new").requireAccessible("the filled form");
      owners.fill("Why it is needed", "The release job moves.");
      owners.click("Send the request");
      owners.waitForText("1 approval is missing.");

      managers.signIn(manager, "/requests?awaiting_me=true");
      managers.shot("requests").requireAccessible("the inbox");
      managers.page().getByText(name).first().click();
      managers.waitForText("The release job moves.");
      managers.shot("request").requireAccessible("the request");
      managers.click("Approve");
      managers.requireAccessible("the dialog");
      managers.clickInDialog("Approve");
      managers.waitForText("Approved. " + owner.name() + " can claim the key now.");
      managers.requireQuiet();

      owners.go("/requests/" + requestId(name));
      owners.click("Claim the key");
      owners.waitForText("Your key is ready");
      owners.click("Make and show the key");
      secret = owners.page().locator("[data-secret]").innerText();
      owners.shot("claim").requireAccessible("the secret");
      owners.click("I have stored it");
      owners.waitForText("It is no longer shown here.");
      assertThat(owners.page().content()).doesNotContain(secret);
      assertThat(
              owners.page().evaluate("() => JSON.stringify({...localStorage, ...sessionStorage})"))
          .isEqualTo("{}");
      owners.requireQuiet();
    }
    assertThat(
            tenant
                .gateway()
                .api()
                .post(
                    "/api/v1/api-keys/verify",
                    Map.of(
                        "key", secret, "scopes", List.of("deployments:write"), "ip", "203.0.113.9"))
                .expect(200)
                .text("/code"))
        .isEqualTo("VALID");
    assertThat(tenant.admin().get("/api/v1/audit/events?action=key.claimed").expect(200).body())
        .contains(name)
        .doesNotContain(secret);
  }

  private long requestId(String name) {
    for (var request :
        owner.api().get("/api/v1/key-requests?mine=true&size=50").expect(200).at("/key_requests")) {
      if (request.path("subject").asText().contains(name)) {
        return request.path("id").asLong();
      }
    }
    throw new AssertionError("no request for " + name);
  }

  @Test
  void aRejectionSaysWhyAndTheOwnerReadsIt() {
    String name = Unique.name("load-test");
    long id = ask(name);
    try (Window managers = browser.window(Look.LIGHT_NARROW);
        Window owners = browser.window(Look.DARK_NARROW)) {
      managers.signIn(manager, "/requests/" + id);
      managers.click("Reject");
      managers.clickInDialog("Reject");
      managers.waitForText("is required");
      managers.page().locator("dialog[open]").getByLabel("Reason").fill("Not before the sale.");
      managers.clickInDialog("Reject");
      managers.waitForText("Rejected: Not before the sale.");

      owners.signIn(owner, "/requests/" + id);
      owners.waitForText("Rejected: Not before the sale.");
      owners.shot("rejected").requireAccessible("a rejected request").requireQuiet();
    }
  }

  @Test
  void aManagerNarrowsBeforeApproving() {
    long id = ask(Unique.name("narrowed"));
    try (Window managers = browser.window(Look.LIGHT_WIDE)) {
      managers.signIn(manager, "/requests/" + id);
      managers.click("Narrow and approve");
      managers.page().locator("dialog[open]").getByText("agents:write").click();
      managers.requireAccessible("the dialog that narrows");
      managers.clickInDialog("Approve it so");
      managers.waitForText("Narrowed by " + manager.name());
      managers.requireQuiet();
    }
    assertThat(owner.api().get("/api/v1/key-requests/" + id).expect(200).at("/wanted/scopes"))
        .hasToString("[\"agents:read\"]");
  }

  private long ask(String name) {
    return owner
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
                List.of("agents:read", "agents:write"),
                "justification",
                "For a test."))
        .expect(201)
        .number("/id");
  }

  @Test
  void anOwnerRotatesAndRevokes() {
    String id = developmentKey();
    try (Window window = browser.window(Look.DARK_WIDE)) {
      window.signIn(owner, "/keys/" + id);
      window.click("Rotate");
      window.clickInDialog("Rotate");
      window.waitForText("This is the only time that you see this key.");
      String secret = window.page().locator("[data-secret]").innerText();
      window.requireAccessible("the new secret");
      window.clickInDialog("I have stored it");
      window.settled();
      assertThat(window.page().content()).doesNotContain(secret);
      window.go("/keys/" + id + "?tab=secrets");
      window.waitForText("Retire now");
      window.shot("key-secrets").requireAccessible("the secrets");
      window.click("Revoke");
      window.page().locator("dialog[open]").getByLabel("Reason").fill("no longer needed");
      window.clickInDialog("Revoke");
      window.waitForText("This key is revoked");
      window.requireQuiet();
    }
    assertThat(owner.api().get("/api/v1/api-keys/" + id).expect(200).text("/status"))
        .isEqualTo("revoked");
  }

  private String developmentKey() {
    return owner
        .api()
        .post(
            "/api/v1/api-keys",
            Json.object(
                "name", Unique.name("laptop"),
                "environment", "development",
                "scopes", List.of("agents:read", "agents:write")))
        .expect(201)
        .text("/key_id");
  }

  @Test
  void aChangeIsTriedOnPastCallsAndSaved() {
    String id = developmentKey();
    try (Window window = browser.window(Look.LIGHT_WIDE)) {
      window.signIn(owner, "/keys/" + id + "/change");
      window.fill("Allowed addresses", "203.0.113.0/24");
      window.waitForText("This applies at once.");
      window.click("Try it on past calls");
      window.waitForText("No past calls of this key are kept.");
      window.shot("key-change").requireAccessible("the change");
      window.fill("Allowed addresses", "nowhere");
      window.click("Save");
      window.page().locator("[aria-invalid=true]").first().waitFor();
      window.fill("Allowed addresses", "203.0.113.0/24");
      window.click("Save");
      window.waitForText("The key is changed.");
    }
    assertThat(
            owner.api().get("/api/v1/api-keys/" + id).expect(200).text("/restrictions/ip/allow/0"))
        .isEqualTo("203.0.113.0/24");
  }

  /** What somebody types survives the end of the session. */
  @Test
  void aSessionThatEndsInAFormLosesNothing() {
    Person leaving = tenant.newPerson("developer");
    try (Window window = browser.window(Look.LIGHT_WIDE)) {
      window.signIn(leaving, "/requests/new?from=link");
      assertThat(window.page().url()).endsWith("/console/requests/new?from=link");
      window.fill("Name", "typed before the end");
      window.fill("Why it is needed", "still there");
      // the token counts no longer, as after its end
      window
          .page()
          .route(
              "**/api/v1/key-requests",
              route ->
                  route.fulfill(
                      new FulfillOptions()
                          .setStatus(401)
                          .setContentType("application/problem+json")
                          .setBody("{\"code\": \"UNAUTHENTICATED\", \"title\": \"Sign in\"}")),
              new RouteOptions().setTimes(1));
      window.click("Send the request");
      window.waitForText("Your session has ended");
      window.page().locator("dialog[open]").getByLabel("Password").fill(leaving.password());
      window.clickInDialog("Sign in");
      window.waitForText("Your key is ready");
      assertThat(window.text()).contains("typed before the end");
    }
  }
}
