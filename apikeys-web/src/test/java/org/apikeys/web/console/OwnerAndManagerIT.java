package org.apikeys.web.console;

import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.AriaRole;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apikeys.web.server.Answer;
import org.apikeys.web.server.Eventually;
import org.apikeys.web.server.IssuedKey;
import org.apikeys.web.server.Json;
import org.apikeys.web.server.Person;
import org.apikeys.web.server.SharedServer;
import org.apikeys.web.server.Tenant;
import org.apikeys.web.server.Unique;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;

/** Owners and managers in the console: from the wish for a key to its end. */
@NeedsChromium
@ExtendWith(SharedServer.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class OwnerAndManagerIT {
  private final Tenant tenant;
  private final Browser browser;
  private final Person owner;
  private final Person manager;

  OwnerAndManagerIT(Tenant tenant, Browser browser) {
    this.tenant = tenant;
    this.browser = browser;
    owner = tenant.newPerson("developer");
    manager = tenant.newPerson("manager");
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

  /** The start page has the latest five of what waits, and says where the others are. */
  @Test
  void theStartPageSaysThatThereIsMore() {
    Person asker = tenant.newPerson("developer");
    for (int i = 0; i < 6; i++) {
      Asked.production(asker, Unique.name("many"), "agents:read");
    }
    try (Window window = browser.window(Look.LIGHT_NARROW)) {
      window.signIn(asker, "/");
      window.shot("start-more").requireAccessible("a start page with more behind it");
      // the word of a state stays whole beside a name of whatever length
      assertThat(window.page().locator(".list-group-item .badge").all())
          .allSatisfy(
              badge ->
                  assertThat(badge.evaluate("found => found.getClientRects().length")).isEqualTo(1))
          .allSatisfy(badge -> assertThat(badge.boundingBox().height).isLessThan(26));
      window.click("All 6");
      window.settled();
      assertThat(window.page().url()).endsWith("/console/requests?mine=true");
      assertThat(window.page().locator("tbody tr").count()).isEqualTo(6);
      window.requireQuiet();
    }
  }

  @Test
  void aRejectionSaysWhyAndTheOwnerReadsIt() {
    String name = Unique.name("load-test");
    long id = Asked.production(owner, name, "agents:read", "agents:write");
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

  /** An emergency key raises an alert: its notice leads there who may see it. */
  @Test
  void aNoticeOfAnAlertLeadsToIt() {
    long id =
        owner
            .api()
            .post(
                "/api/v1/key-requests",
                Json.object(
                    "kind",
                    "emergency",
                    "name",
                    Unique.name("alarming"),
                    "justification",
                    "A test."))
            .expect(201)
            .number("/id");
    owner.api().post("/api/v1/key-requests/" + id + "/claim", Map.of());
    Eventually.within(
        Duration.ofSeconds(60),
        () ->
            assertThat(manager.api().get("/api/v1/notices?size=200").expect(200).body())
                .contains("/api/v1/alerts/"));
    try (Window window = browser.window(Look.LIGHT_WIDE)) {
      window.signIn(manager, "/notices?size=200");
      window.page().locator("tbody a[href*='/console/alerts/']").first().click();
      window.page().waitForURL(url -> url.contains("/console/alerts/"));
      window.settled();
      window.go("/alerts");
      // of any other the list behind the number would have more
      window.waitForText("Critical, not resolved");
      window.requireQuiet();
    }
  }

  /** As long as nobody has the key, its owner may think better of it. */
  @Test
  void anApprovedRequestIsTakenBack() {
    long id = Asked.production(owner, Unique.name("unclaimed"), "agents:read");
    String path = "/api/v1/key-requests/" + id;
    String digest = manager.api().get(path).expect(200).text("/digest");
    manager.api().post(path + "/approve", Map.of("digest", digest)).expect(200);
    try (Window owners = browser.window(Look.LIGHT_WIDE)) {
      owners.signIn(owner, "/requests/" + id);
      owners.waitForText("Claim the key");
      owners.click("Take it back");
      owners.waitForText("no key comes of it then");
      owners.shot("request-take-back").requireAccessible("the dialog that takes it back");
      owners.clickInDialog("Take it back");
      owners.waitForText("The request is taken back.");
      owners.requireQuiet();
    }
    assertThat(owner.api().get(path).expect(200).text("/status")).isEqualTo("cancelled");
  }

  @Test
  void aManagerNarrowsBeforeApproving() {
    long id = Asked.production(owner, Unique.name("narrowed"), "agents:read", "agents:write");
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

  /** Several at once, where the policy says so: each decision with the digest that was shown. */
  @Test
  void aManagerDecidesAboutSeveralAtOnce() {
    String prefix = Unique.name("batch");
    Person asker = tenant.newPerson("developer");
    Person decider = tenant.newPerson("manager");
    List<Long> ids = new ArrayList<>();
    for (int i = 1; i <= 3; i++) {
      ids.add(Asked.production(asker, prefix + "-" + i, "agents:read"));
    }
    long risky = Asked.production(asker, prefix + "-risky", "users:roles");
    try (Window managers = browser.window(Look.LIGHT_WIDE)) {
      managers.signIn(decider, "/requests?awaiting_me=true&size=200");
      assertThat(choiceOf(managers, prefix + "-risky").isDisabled()).isTrue();
      for (int i = 1; i <= 3; i++) {
        choiceOf(managers, prefix + "-" + i).check();
      }
      managers.waitForText("3 chosen");
      managers.shot("requests-chosen").requireAccessible("the inbox with some chosen");
      // meanwhile one of them is decided by somebody else
      Answer second = manager.api().get("/api/v1/key-requests/" + ids.get(1)).expect(200);
      manager
          .api()
          .post(
              "/api/v1/key-requests/" + ids.get(1) + "/approve",
              Map.of("digest", second.text("/digest")))
          .expect(200);
      managers.click("Approve 3 requests");
      Locator dialog = managers.page().locator("dialog[open]");
      dialog.getByText("What is wanted").first().click();
      dialog.getByText("agents:read").first().waitFor();
      managers.shot("requests-together").requireAccessible("the dialog for several");
      managers.fill("Comment", "All for the same move.");
      managers.clickInDialog("Approve 3 requests");
      dialog.getByText("1 of them was not decided").waitFor();
      dialog.getByText("The request is approved; it is decided.").waitFor();
      dialog.getByRole(AriaRole.BUTTON).getByText("Approve 1 request").waitFor();
      assertThat(dialog.getByLabel("Comment").inputValue()).isEqualTo("All for the same move.");
      managers.shot("requests-together-failed").requireAccessible("one that failed");
      dialog.getByRole(AriaRole.BUTTON).getByText("Close").click();
      managers.waitForText("2 requests approved.");
      Window.gone(choiceOf(managers, prefix + "-1"));
    }
    for (int i : List.of(0, 2)) {
      Answer decided = asker.api().get("/api/v1/key-requests/" + ids.get(i)).expect(200);
      assertThat(decided.text("/status")).isEqualTo("approved");
      assertThat(decided.text("/approvals/0/by")).isEqualTo(decider.name());
      assertThat(decided.text("/approvals/0/comment")).isEqualTo("All for the same move.");
    }
    assertThat(
            asker.api().get("/api/v1/key-requests/" + ids.get(1)).expect(200).at("/approvals/0/by"))
        .hasToString('"' + manager.name() + '"');
    assertThat(asker.api().get("/api/v1/key-requests/" + risky).expect(200).text("/status"))
        .isEqualTo("pending");
  }

  @Test
  void aManagerRejectsSeveralWithOneReason() {
    String prefix = Unique.name("unwanted");
    Person asker = tenant.newPerson("developer");
    long first = Asked.production(asker, prefix + "-1", "agents:read");
    long second = Asked.production(asker, prefix + "-2", "agents:read");
    try (Window managers = browser.window(Look.DARK_NARROW)) {
      managers.signIn(tenant.newPerson("manager"), "/requests?awaiting_me=true&size=200");
      choiceOf(managers, prefix + "-1").check();
      choiceOf(managers, prefix + "-2").check();
      managers.click("Reject 2 requests");
      managers.clickInDialog("Reject 2 requests");
      managers.waitForText("is required");
      managers.shot("requests-rejected-together").requireAccessible("the dialog that rejects");
      managers.page().locator("dialog[open]").getByLabel("Reason").fill("Not this quarter.");
      managers.clickInDialog("Reject 2 requests");
      managers.waitForText("2 requests rejected.");
      managers.requireQuiet();
    }
    for (long id : List.of(first, second)) {
      Answer rejected = asker.api().get("/api/v1/key-requests/" + id).expect(200);
      assertThat(rejected.text("/status")).isEqualTo("rejected");
      assertThat(rejected.text("/reason")).isEqualTo("Not this quarter.");
    }
  }

  private static Locator choiceOf(Window window, String name) {
    return window
        .page()
        .getByRole(AriaRole.CHECKBOX, new Page.GetByRoleOptions().setName(name + "\""));
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

  @Test
  void aChangeIsTriedOnTheCallsToComeBeforeItCounts() {
    IssuedKey key = tenant.key().scopes("agents:read").with("owner", owner.name()).issue();
    String path = "/api/v1/api-keys/" + key.keyId();
    try (Window window = browser.window(Look.LIGHT_WIDE)) {
      window.signIn(owner, "/keys/" + key.keyId() + "/change");
      window.click("Try it on calls to come");
      window.waitForText("nothing would be tried");
      window.fill("Allowed addresses", "203.0.113.0/24");
      window.click("Try it on calls to come");
      window.requireAccessible("the dialog");
      window.clickInDialog("Try it on calls to come");
      window.waitForText("No call was granted since it began.");
      Eventually.within(
          Duration.ofSeconds(30),
          () -> {
            assertThat(tenant.gateway().code(key, "ip", "198.51.100.7")).isEqualTo("VALID");
            assertThat(owner.api().get(path + "/trial").expect(200).number("/refused"))
                .isPositive();
          });
      window.click("Refresh");
      window.waitForText("198.51.100.7");
      window.shot("key-trial").requireAccessible("the trial");
      window.click("Make it count");
      window.clickInDialog("Make it count");
      window.waitForText("The key is changed.");
      window.click("End the trial");
      window.clickInDialog("End the trial");
      window.waitForText("Nothing is on trial");
      window.requireQuiet();
    }
    assertThat(tenant.gateway().code(key, "ip", "198.51.100.7")).isEqualTo("IP_NOT_ALLOWED");
    try (Window narrow = browser.window(Look.DARK_NARROW)) {
      owner
          .api()
          .put(path + "/trial", Json.object("scopes", List.of(), "duration", "P30D"))
          .expect(200);
      Eventually.within(
          Duration.ofSeconds(30),
          () -> {
            tenant.gateway().code(key, "ip", "203.0.113.7", "scopes", "agents:read");
            assertThat(owner.api().get(path + "/trial").expect(200).number("/refused"))
                .isPositive();
          });
      narrow.signIn(owner, "/keys/" + key.keyId() + "?tab=permissions");
      narrow.waitForText("would have been refused");
      narrow.shot("key-trial").requireAccessible("the trial");
    }
  }

  @Test
  void thePastOfAKeyIsTold() {
    String id = developmentKey();
    owner
        .api()
        .put("/api/v1/api-keys/" + id, Json.object("scopes", List.of("agents:read")))
        .expect(200);
    try (Window window = browser.window(Look.DARK_NARROW)) {
      window.signIn(owner, "/keys/" + id + "?tab=history");
      window.waitForText("The key as it was made.");
      assertThat(window.page().locator("ak-past h2").allInnerTexts())
          .containsExactly("What it could do at an instant", "Version 2", "Version 1");
      assertThat(window.page().locator(".diff-old-cell").innerText()).contains("agents:write");
      assertThat(window.page().locator(".diff-new-cell").innerText())
          .contains("agents:read")
          .doesNotContain("agents:write");
      window.fill("Instant, in your time", "2030-01-01T00:00");
      window.click("Show");
      window.waitForText("Scopes held");
      assertThat(window.page().locator("ak-past dl").innerText())
          .contains("agents:read", "Version 2", "nobody had to")
          .doesNotContain("agents:write");
      window.shot("key-past").requireAccessible("what it could do then");
      window.fill("Instant, in your time", "2020-01-01T00:00");
      window.click("Show");
      window.waitForText("There was no such key then");
      window.requireQuiet();
    }
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
      window.refuseOnce("**/api/v1/key-requests");
      window.click("Send the request");
      window.waitForText("Your session has ended");
      window.page().locator("dialog[open]").getByLabel("Password").fill(leaving.password());
      window.clickInDialog("Sign in");
      window.waitForText("Your key is ready");
      assertThat(window.text()).contains("typed before the end");
    }
  }
}
