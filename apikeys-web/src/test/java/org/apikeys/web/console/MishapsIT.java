package org.apikeys.web.console;

import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.APIResponse;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Page.GetByRoleOptions;
import com.microsoft.playwright.Page.RouteOptions;
import com.microsoft.playwright.Route;
import com.microsoft.playwright.Route.FulfillOptions;
import com.microsoft.playwright.options.AriaRole;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apikeys.web.server.Answer;
import org.apikeys.web.server.Eventually;
import org.apikeys.web.server.Json;
import org.apikeys.web.server.Person;
import org.apikeys.web.server.RunningServer;
import org.apikeys.web.server.SharedServer;
import org.apikeys.web.server.Tenant;
import org.apikeys.web.server.Unique;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * What comes between somebody and their work in the console: answers that are late or lost, changes
 * by others, a step back at the wrong moment, addresses that somebody made up.
 */
@NeedsChromium
@ExtendWith(SharedServer.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class MishapsIT {
  private static final String FOCUSED = "() => document.activeElement.innerText.trim()";

  private final RunningServer server;
  private final Tenant tenant;
  private final Browser browser;
  private final Person administrator;
  private final Person owner;
  private final Person manager;

  MishapsIT(RunningServer server, Tenant tenant, Browser browser) {
    this.server = server;
    this.tenant = tenant;
    this.browser = browser;
    administrator = tenant.person("admin");
    owner = tenant.newPerson("developer");
    manager = tenant.newPerson("manager");
  }

  /** The password that is asked for is that of the session's dialog, whatever is open below it. */
  @Test
  void aSessionThatEndsOverAFormWithAPasswordIsOpenedAgain() {
    String name = Unique.name("spaced");
    String password = "  a password with " + name + "  ";
    try (Window window = browser.window(Look.LIGHT_WIDE)) {
      window.signIn(administrator, "/people");
      window.click("Add a person");
      window.fill("User name", name);
      top(window).getByLabel("Password").fill(password);
      window.refuseOnce("**/api/v1/users");
      window.clickInDialog("Add a person");
      window.waitForText("Your session has ended");
      assertThat(window.page().evaluate("() => document.activeElement.type")).isEqualTo("password");
      top(window).getByLabel("Password").fill(administrator.password());
      press(top(window), "Sign in");
      window.waitForText(name + " can sign in now");
    }
    server
        .anonymous()
        .post("/api/v1/auth/token", Json.object("username", name, "password", password))
        .expect(200);
  }

  /** A renewal that is on its way when somebody signs out does not bring them back. */
  @Test
  void whoSignsOutStaysSignedOut() {
    try (Window window = browser.window(Look.LIGHT_WIDE)) {
      List<Route> renewals = new ArrayList<>();
      window.page().route("**/api/v1/auth/renew", renewals::add);
      liveFor(window, 1);
      window.signIn(owner, "/me");
      window.page().waitForCondition(() -> !renewals.isEmpty());
      window.page().locator(".account > button").click();
      window.click("Sign out");
      window.page().getByLabel("User name").waitFor();
      window.page().waitForResponse("**/auth/renew", () -> renewals.get(0).resume());
      window.page().waitForTimeout(1_000);
      assertThat(window.page().locator(".side").count()).isZero();
      assertThat(window.page().getByLabel("User name").isVisible()).isTrue();
    }
  }

  /** What one person was told is not there for the next one to read. */
  @Test
  void aSessionTakesItsMessagesAlong() {
    try (Window window = browser.window(Look.LIGHT_WIDE)) {
      window.signIn(administrator, "/notices");
      window.page().route("**/notices/read-all", Route::abort, new RouteOptions().setTimes(1));
      window.click("Mark all as read");
      window.waitForText("Check your connection");
      window.page().locator(".account > button").click();
      window.click("Sign out");
      window.page().getByLabel("User name").waitFor();
      assertThat(window.page().locator("body").innerText()).doesNotContain("Check your connection");
    }
  }

  /** A server that is away for a moment does not cost everybody their password. */
  @Test
  void aRenewalThatDoesNotGetThroughIsTriedAgain() {
    try (Window window = browser.window(Look.LIGHT_WIDE)) {
      List<String> renewed = new ArrayList<>();
      window.page().route("**/api/v1/auth/renew", Route::abort, new RouteOptions().setTimes(1));
      window.page().onResponse(response -> renewed.add(response.url()));
      liveFor(window, 8);
      window.signIn(owner, "/me");
      window
          .page()
          .waitForCondition(() -> renewed.stream().anyMatch(url -> url.endsWith("/auth/renew")));
    }
  }

  /** Tokens are said to live for so many seconds. */
  private static void liveFor(Window window, int seconds) {
    window
        .page()
        .route(
            "**/api/v1/auth/token",
            route -> {
              APIResponse answer = route.fetch();
              route.fulfill(
                  new FulfillOptions()
                      .setResponse(answer)
                      .setBody(
                          answer
                              .text()
                              .replaceFirst("\"expires_in\":\\d+", "\"expires_in\":" + seconds)));
            });
  }

  @Test
  void leavingAnEndedSessionLeavesNoDialogBehind() {
    try (Window window = browser.window(Look.LIGHT_WIDE)) {
      window.signIn(administrator, "/people");
      window.click("Add a person");
      window.fill("User name", Unique.name("nobody"));
      window.refuseOnce("**/api/v1/users");
      window.clickInDialog("Add a person");
      window.waitForText("Your session has ended");
      press(top(window), "Leave");
      window.page().getByLabel("User name").waitFor();
      assertThat(window.page().locator("dialog").count()).isZero();
    }
  }

  @Test
  void aRuleThatIsChangedKeepsWhatIsNotChanged() {
    String name = Unique.name("rule");
    Answer made =
        rule(
            "name",
            name,
            "type",
            "threshold",
            "scope",
            Map.of("owner", owner.name()),
            "threshold",
            Json.object(
                "metric",
                "denials",
                "code",
                "EXPIRED",
                "value",
                10,
                "window",
                "PT5M",
                "per",
                "key",
                "min_requests",
                500));
    try (Window window = browser.window(Look.LIGHT_WIDE)) {
      window.signIn(administrator, "/alert-rules?size=200");
      window.page().getByTitle("Change " + name).click();
      window.requireAccessible("the form of a rule");
      window.clickInDialog("Save");
      window.waitForText(name + " is saved");
    }
    Answer kept = administrator.api().get("/api/v1/alert-rules/" + made.number("/id")).expect(200);
    assertThat(kept.at("/scope")).isEqualTo(made.at("/scope"));
    assertThat(kept.at("/threshold")).isEqualTo(made.at("/threshold"));
  }

  /** Credits are counted as they are, in no time. */
  @Test
  void aRuleAboutCreditsNamesNoTime() {
    String name = Unique.name("credits");
    rule(
        "name",
        name,
        "type",
        "threshold",
        "threshold",
        Map.of("metric", "credits", "operator", "below", "value", 5, "per", "key"));
    try (Window window = browser.window(Look.LIGHT_WIDE)) {
      window.signIn(administrator, "/alert-rules?size=200");
      Locator told = window.page().locator("td.cell-main").filter(having(name));
      assertThat(told.innerText()).endsWith("Credits left below 5");
    }
  }

  private Answer rule(Object... fields) {
    return administrator.api().post("/api/v1/alert-rules", Json.object(fields)).expect(201);
  }

  private static void waitFor(Locator place, String text) {
    place.filter(having(text)).waitFor();
  }

  private static Locator.FilterOptions having(String text) {
    return new Locator.FilterOptions().setHasText(text);
  }

  @Test
  void aThingThatSomebodyDeletedIsToldAndLeavesTheList() {
    String name = Unique.name("gone");
    long id =
        rule("name", name, "type", "anomaly", "anomaly", Map.of("signals", List.of("new_country")))
            .number("/id");
    try (Window window = browser.window(Look.LIGHT_WIDE)) {
      window.signIn(administrator, "/alert-rules?size=200");
      administrator.api().delete("/api/v1/alert-rules/" + id);
      Locator change = window.page().getByTitle("Change " + name);
      change.click();
      window.waitForText("There is no such alert rule.");
      Window.gone(change);
    }
  }

  @Test
  void aKeyThatIsChangedKeepsTheOverlapOfItsRotationAndCanLoseItsLimits() {
    String id = key(Json.object("name", Unique.name("rotating"), "environment", "development"));
    owner
        .api()
        .put(
            "/api/v1/api-keys/" + id,
            Map.of(
                "rotation",
                Map.of("every", "P90D", "overlap", "P7D"),
                "rate_limits",
                Map.of("requests", Map.of("per_minute", 5))))
        .expect(200);
    try (Window window = browser.window(Look.LIGHT_WIDE)) {
      window.signIn(owner, "/keys/" + id + "/change");
      window.page().getByLabel("Rotation", exactly()).selectOption("P30D");
      window.click("Save");
      window.waitForText("The key is changed.");
      window.go("/keys/" + id + "/change");
      window.fill("Per minute", "");
      window.click("Save");
      Window.gone(window.page().getByLabel("Per minute"));
    }
    Answer changed = owner.api().get("/api/v1/api-keys/" + id).expect(200);
    assertThat(changed.text("/rotation/every")).isEqualTo("P30D");
    assertThat(changed.text("/rotation/overlap")).isEqualTo("P7D");
    assertThat(changed.at("/rate_limits/requests/per_hour").asInt()).isEqualTo(1000);
  }

  @Test
  void whatWasTypedIntoADialogIsNotLostByEscape() {
    try (Window window = browser.window(Look.LIGHT_NARROW)) {
      window.signIn(administrator, "/webhooks");
      window.click("New webhook");
      window.page().keyboard().press("Escape");
      Window.gone(window.page().locator("dialog"));
      window.click("New webhook");
      Locator address = top(window).getByLabel("Address");
      address.fill("https://example.com/typed");
      for (int i = 0; i < 3; i++) {
        window.page().keyboard().press("Escape");
      }
      window.waitForText("What you have typed is kept.");
      assertThat(address.inputValue()).isEqualTo("https://example.com/typed");
      window.shot("dialog-typed").requireAccessible("a dialog that Escape does not close");
      window.clickInDialog("Cancel");
      Window.gone(window.page().locator("dialog"));
      window.requireQuiet();
    }
  }

  /** While the answer is on its way, neither Escape nor a step back loses the secret. */
  @Test
  void aSecretThatIsOnItsWayIsShown() {
    String id = key(Json.object("name", Unique.name("slow"), "environment", "development"));
    try (Window window = browser.window(Look.LIGHT_WIDE)) {
      window.signIn(owner, "/keys");
      window.go("/keys/" + id);
      List<Route> late = new ArrayList<>();
      window.page().route("**/rotate", late::add);
      window.click("Rotate");
      window.clickInDialog("Rotate");
      window.page().waitForCondition(() -> !late.isEmpty());
      for (int i = 0; i < 3; i++) {
        window.page().keyboard().press("Escape");
      }
      assertThat(top(window).getByText("Cancel").isDisabled()).isTrue();
      late.get(0).resume();
      window.page().locator("[data-secret]").waitFor();
      window.page().goBack();
      window.waitForText("Leave this page?");
      window.shot("leave").requireAccessible("the question before leaving");
      press(top(window), "Stay");
      assertThat(window.page().url()).endsWith("/console/keys/" + id);
      window.clickInDialog("I have stored it");
      window.settled();
      window.page().goBack();
      heading(window).getByText("My keys").waitFor();
    }
  }

  @Test
  void aRequestWhoseAnswerWasLostIsMadeOnceAndItsKeyIsNotLeftUnasked() {
    String name = Unique.name("lost");
    try (Window window = browser.window(Look.LIGHT_WIDE)) {
      window.signIn(owner, "/requests/new");
      // its name says how many are unread
      Locator notices = window.page().locator("#navigation a[href$='/notices']");
      window.fill("Name", name);
      window.fill("Why it is needed", "A test.");
      window
          .page()
          .route(
              "**/api/v1/key-requests",
              route -> {
                route.fetch();
                route.abort();
              },
              new RouteOptions().setTimes(1));
      window.click("Send the request");
      window.waitForText("The server can’t be reached");
      window.click("Send the request");
      window.waitForText("Your key is ready");
      window.click("Make and show the key");
      window.page().locator("[data-secret]").waitFor();
      notices.click();
      window.waitForText("Leave this page?");
      press(top(window), "Stay");
      window.page().locator("[data-secret]").waitFor();
      notices.click();
      press(top(window), "Leave");
      heading(window).getByText("Notices").waitFor();
    }
    int made = 0;
    for (var request :
        owner
            .api()
            .get("/api/v1/key-requests?mine=true&size=200")
            .expect(200)
            .at("/key_requests")) {
      made += request.path("subject").asText().contains(name) ? 1 : 0;
    }
    assertThat(made).isEqualTo(1);
  }

  @Test
  void aPageBehindTheLastOneIsTheLastOne() {
    String tag = Unique.name("tag");
    key(Json.object("name", tag, "environment", "development", "tags", List.of(tag)));
    try (Window window = browser.window(Look.LIGHT_WIDE)) {
      window.signIn(administrator, "/keys?tag=" + tag + "&page=9");
      window.page().locator("tbody").getByText(tag).first().waitFor();
      assertThat(window.page().url()).doesNotContain("page=");
      window.go("/keys?page=1&size=10");
      Locator search = window.page().getByLabel("Name, description or prefix");
      search.pressSequentially("a b", new Locator.PressSequentiallyOptions().setDelay(450));
      window.page().waitForURL(url -> url.contains("q=a+b"));
      assertThat(search.inputValue()).isEqualTo("a b");
    }
  }

  /** Who does not see the rows change is told of what has come. */
  @Test
  void aListSaysWhatItHasFound() {
    String tag = Unique.name("said");
    key(Json.object("name", tag, "environment", "development", "tags", List.of(tag)));
    try (Window window = browser.window(Look.LIGHT_WIDE)) {
      window.signIn(administrator, "/keys");
      Locator said = window.page().locator("ak-table > [role=status]");
      said.evaluate("found => { found.dataset.same = 'yes'; }");
      Locator search = window.page().getByLabel("Name, description or prefix");
      search.fill("no key has this name");
      waitFor(said, "Nothing matches");
      search.fill(tag);
      waitFor(said, "1–1 of 1");
      assertThat(said.getAttribute("data-same")).as("a live region stays").isEqualTo("yes");
      window.requireAccessible("a list that speaks");
    }
  }

  /** What is under a list stays as it is while the list is read anew. */
  @Test
  void aShortListHasNoPagesWhileItIsReadAnew() {
    String tag = Unique.name("short");
    key(Json.object("name", tag, "environment", "development", "tags", List.of(tag)));
    List<Route> late = new ArrayList<>();
    try (Window window = browser.window(Look.LIGHT_WIDE)) {
      window.signIn(administrator, "/keys?tag=" + tag);
      window.page().route("**/api/v1/api-keys?*", late::add);
      window.page().evaluate("() => { document.querySelector('ak-table').reload(); }");
      window.page().waitForCondition(() -> !late.isEmpty());
      assertThat(window.page().locator("nav.table-foot").count()).isZero();
      late.get(0).resume();
      window.settled();
    }
  }

  /**
   * From page to page by one key: the button keeps the focus while a page comes, and at the end.
   */
  @Test
  void pagesAreTurnedByKeyboard() {
    String tag = Unique.name("turned");
    for (int i = 0; i < 21; i++) {
      key(Json.object("name", tag, "environment", "development", "tags", List.of(tag)));
    }
    try (Window window = browser.window(Look.LIGHT_WIDE)) {
      window.signIn(administrator, "/keys?size=10&tag=" + tag);
      Locator next = window.page().locator(".table-foot button").last();
      next.focus();
      for (int page = 2; page <= 3; page++) {
        String there = "page=" + page;
        window.page().keyboard().press("Enter");
        window.page().waitForURL(url -> url.endsWith(there));
        window.settled();
      }
      assertThat(window.page().locator("tbody tr").count()).isEqualTo(1);
      assertThat(next.evaluate("found => found === document.activeElement")).isEqualTo(true);
      window.page().keyboard().press("Enter");
      window.page().keyboard().press("Shift+Tab");
      window.page().keyboard().press("Enter");
      window.page().waitForURL(url -> url.endsWith("page=2"));
      window.settled().requireAccessible("the last page but one");
    }
  }

  /** What is pressed by keyboard can be pressed again, and does its work once. */
  @Test
  void aBusyButtonKeepsTheFocus() {
    List<Route> late = new ArrayList<>();
    try (Window window = browser.window(Look.LIGHT_WIDE)) {
      window.signIn(administrator, "/tools/checker");
      window.page().route("**/api-keys/verify", late::add);
      window.page().locator("main input[name=key]").fill("sk_live_nothing");
      Locator check = window.page().locator("main form button[type=submit]");
      check.focus();
      for (int i = 0; i < 3; i++) {
        window.page().keyboard().press("Enter");
      }
      window.page().locator("main input[name=key]").press("Enter");
      check.focus();
      window.page().waitForCondition(() -> !late.isEmpty());
      window.page().waitForTimeout(300);
      assertThat(late).hasSize(1);
      late.get(0).resume();
      window.waitForText("this is no key");
      assertThat(check.evaluate("found => found === document.activeElement")).isEqualTo(true);
      window.requireAccessible("the checker");
    }
  }

  /**
   * Who deletes one after the other by keyboard does not begin at the top of the page each time.
   */
  @Test
  void whereARowWasTheKeyboardGoesOn() {
    Person alone = server.newTenant().person("admin");
    for (String name : List.of("first", "second", "third")) {
      alone
          .api()
          .post(
              "/api/v1/alert-rules",
              Json.object(
                  "name",
                  name,
                  "type",
                  "anomaly",
                  "anomaly",
                  Map.of("signals", List.of("new_country"))))
          .expect(201);
    }
    try (Window window = browser.window(Look.LIGHT_WIDE)) {
      window.signIn(alone, "/alert-rules");
      Locator rows = window.page().locator("tbody tr");
      rows.last().getByRole(AriaRole.BUTTON).last().focus();
      for (int left = 2; left > 0; left--) {
        window.page().keyboard().press("Enter");
        window.clickInDialog("Delete");
        Window.gone(rows.nth(left));
        window.settled();
        assertThat(window.page().evaluate(FOCUSED)).isEqualTo("Delete");
        assertThat(rows.last().locator("button:focus").count()).isEqualTo(1);
      }
      window.page().keyboard().press("Enter");
      window.clickInDialog("Delete");
      window.page().locator("main h1:focus").waitFor();
      window.requireAccessible("a list that has become empty");
      window.requireQuiet();
    }
  }

  /** It holds links and a button, through which Tab goes, and is no menu of an application. */
  @Test
  void theAccountOpensAndClosesByKeyboard() {
    try (Window window = browser.window(Look.LIGHT_NARROW)) {
      window.signIn(owner, "/me");
      Locator account = window.page().locator(".account > button");
      assertThat(account.getAttribute("aria-haspopup")).isNull();
      account.focus();
      window.page().keyboard().press("Enter");
      window.page().locator("#account").waitFor();
      assertThat(account.getAttribute("aria-expanded")).isEqualTo("true");
      window.shot("account").requireAccessible("the account");
      window.page().keyboard().press("Tab");
      assertThat(window.page().locator("#account a:focus").count()).isEqualTo(1);
      window.page().keyboard().press("Escape");
      Window.gone(window.page().locator("#account"));
      assertThat(account.evaluate("found => found === document.activeElement")).isEqualTo(true);
      window.requireQuiet();
    }
  }

  /** An answer that breaks off is told in words, where there is no form to show it in as well. */
  @Test
  void anAnswerThatBreaksOffIsTold() {
    try (Window window = browser.window(Look.LIGHT_WIDE)) {
      window.signIn(administrator, "/notices");
      breakOff(window, "**/notices/read-all");
      window.click("Mark all as read");
      window.waitForText("Check your connection, then try again.");
      breakOff(window, "**/api/v1/api-keys?*");
      window.goWithoutWaiting("/keys");
      window.waitForText("The server can’t be reached");
      window.click("Try again");
      window.settled();
    }
  }

  private static void breakOff(Window window, String path) {
    window
        .page()
        .route(
            path,
            route ->
                route.fulfill(
                    new FulfillOptions()
                        .setContentType("application/json")
                        .setBody("{\"half\": [")),
            new RouteOptions().setTimes(1));
  }

  /** A choice that was made by hand before goes like every other when the filters are cleared. */
  @Test
  void clearedFiltersShowNothingChosen() {
    try (Window window = browser.window(Look.LIGHT_WIDE)) {
      window.signIn(administrator, "/keys");
      Locator status = window.page().locator("#filter-status");
      for (String choice : List.of("active", "", "revoked", "active")) {
        status.selectOption(choice);
        window.settled();
      }
      window.page().locator(".table-bar").getByText("Clear filters").click();
      window.settled();
      assertThat(window.page().url()).endsWith("/console/keys");
      assertThat(status.inputValue()).isEmpty();
    }
  }

  @Test
  void skippingToTheContentKeepsWhatIsTyped() {
    try (Window window = browser.window(Look.LIGHT_WIDE)) {
      window.signIn(owner, "/requests/new");
      window.fill("Name", "typed");
      Locator skip = window.page().locator(".skip");
      skip.focus();
      skip.press("Enter");
      window.page().evaluate("() => { location.hash = 'main'; }");
      window.page().waitForTimeout(300);
      assertThat(window.page().getByLabel("Name", exactly()).inputValue()).isEqualTo("typed");
      assertThat(window.page().evaluate("() => document.activeElement.id")).isEqualTo("main");
      String id = key(Json.object("name", Unique.name("focus"), "environment", "development"));
      window.go("/keys/" + id);
      press(top(window), "Leave");
      window.page().waitForURL(url -> url.endsWith("/keys/" + id));
      window.page().waitForFunction("() => document.activeElement.tagName === 'H1'");
    }
  }

  @Test
  void whoHasApprovedIsNotAskedAgain() {
    long id = Asked.with(owner, Json.object("name", Unique.name("twice"), "type", "monitoring"));
    try (Window window = browser.window(Look.LIGHT_WIDE)) {
      window.signIn(manager, "/requests/" + id);
      window.waitForText("2 approvals are missing.");
      window.click("Approve");
      window.clickInDialog("Approve");
      window.waitForText("You have approved it. 1 approval is missing.");
      Locator actions = window.page().locator(".page-head-actions button");
      assertThat(actions.allInnerTexts()).containsExactly("Narrow and approve", "Reject");
    }
  }

  @Test
  void aTimeIsAskedForWithItsZone() {
    try (Window window = browser.window(Look.LIGHT_WIDE)) {
      window.signIn(owner, "/requests/new");
      Object zone =
          window.page().evaluate("() => Intl.DateTimeFormat().resolvedOptions().timeZone");
      Locator hint = window.page().locator("[id='f-expires_at-help']");
      hint.waitFor();
      assertThat(hint.innerText()).endsWith("Time zone: " + zone + ".");
    }
  }

  /** To the browser a day without an hour is no value: a key with an end would have none. */
  @Test
  void whatIsFilledInHalfwayIsNotTakenForEmpty() {
    String id = key(Json.object("name", Unique.name("half"), "environment", "development"));
    List<String> sent = new ArrayList<>();
    try (Window window = browser.window(Look.LIGHT_WIDE)) {
      window.signIn(owner, "/requests/new");
      window.page().onRequest(request -> sent.add(request.method() + request.url()));
      window.fill("Name", Unique.name("half"));
      window.fill("Why it is needed", "A test.");
      day(window.page().getByLabel("Expires", exactly()));
      window.click("Send the request");
      halfway(window, "Expires");
      window.requireAccessible("a form with half a time");
      assertThat(sent).noneMatch(call -> call.startsWith("POST") && call.endsWith("key-requests"));
      window.page().getByLabel("Expires", exactly()).fill("");
      window.click("Send the request");
      window.waitForText("Your key is ready");

      window.go("/keys/" + id + "/change");
      day(window.page().getByLabel("Expires", exactly()));
      for (String button : List.of("Save", "Try it on past calls", "Try it on calls to come")) {
        window.click(button);
        halfway(window, "Expires");
      }
      window.go("/keys/" + id);
      press(top(window), "Leave");
      window.click("Renew");
      day(top(window).getByLabel("New end"));
      window.clickInDialog("Renew");
      halfway(window, "New end");
      assertThat(sent).noneMatch(call -> call.startsWith("PUT") || call.endsWith("/renew"));
    }
  }

  private static void halfway(Window window, String field) {
    window.waitForText("“" + field + "”: complete it, or empty it.");
  }

  @Test
  void anAnswerThatComesLateChangesNoOtherPage() {
    String id = key(Json.object("name", Unique.name("late"), "environment", "development"));
    List<Route> late = new ArrayList<>();
    try (Window window = browser.window(Look.LIGHT_WIDE)) {
      window.signIn(owner, "/keys");
      window.page().route("**/api/v1/api-keys/" + id, late::add);
      window.goWithoutWaiting("/keys/" + id);
      window.page().waitForCondition(() -> !late.isEmpty());
      window.go("/me");
      window.page().waitForResponse("**/" + id, () -> late.get(0).resume());
      window.page().waitForTimeout(300);
      assertThat(window.page().title()).isEqualTo("Who I am · API keys");

      late.clear();
      window.page().route("**/api/v1/key-requests", late::add);
      window.go("/requests/new");
      window.fill("Name", Unique.name("late"));
      window.fill("Why it is needed", "A test.");
      window.click("Send the request");
      window.page().waitForCondition(() -> !late.isEmpty());
      window.goWithoutWaiting("/me");
      press(top(window), "Leave");
      window.settled();
      window.page().waitForResponse("**/key-requests", () -> late.get(0).resume());
      window.page().waitForTimeout(300);
      assertThat(window.page().url()).endsWith("/console/me");
    }
  }

  /** Types a day, and leaves the hour as it is: open. */
  private static void day(Locator time) {
    time.fill("");
    time.focus();
    time.page().keyboard().type("31122030");
  }

  @Test
  void whatWasTypedIsNotLeftUnasked() {
    String id = key(Json.object("name", Unique.name("typed"), "environment", "development"));
    try (Window window = browser.window(Look.LIGHT_WIDE)) {
      window.signIn(owner, "/requests/new");
      Locator keys = window.page().locator("#navigation a[href$='/keys']");
      keys.click();
      heading(window).getByText("My keys").waitFor();
      for (String form : List.of("/requests/new", "/keys/" + id + "/change")) {
        window.go(form);
        Locator description = window.page().getByLabel("Description", exactly());
        description.fill("a long story");
        keys.click();
        window.waitForText("is lost when you leave");
        press(top(window), "Stay");
        window.page().goBack();
        window.waitForText("is lost when you leave");
        press(top(window), "Stay");
        assertThat(description.inputValue()).isEqualTo("a long story");
        keys.click();
        press(top(window), "Leave");
        heading(window).getByText("My keys").waitFor();
      }
      window.go("/keys/" + id + "/change");
      window.page().getByLabel("Description", exactly()).fill("another story");
      window.click("Save");
      window.waitForText("The key is changed.");
      keys.click();
      heading(window).getByText("My keys").waitFor();
    }
  }

  @Test
  void aPageOfWhatIsNotThereSaysWhichItIs() {
    try (Window window = browser.window(Look.LIGHT_WIDE)) {
      window.signIn(administrator, "/keys/key-999999999");
      window.waitForText("There is no such API key.");
      assertThat(heading(window).innerText()).isEqualTo("key-999999999");
      window.requireAccessible("a key that is not there");
      for (String page :
          List.of(
              "/keys/999999999/change",
              "/requests/999999999",
              "/requests/999999999/claim",
              "/campaigns/999999999",
              "/alerts/999999999",
              "/webhooks/999999999",
              "/permission-sets/999999999",
              "/audit/records/999999999")) {
        window.go(page);
        window.page().locator(".alert-danger").waitFor();
        assertThat(heading(window).count()).as(page).isEqualTo(1);
      }
    }
  }

  /** A decision is about what the person has seen: what is new is shown before it counts. */
  @Test
  void aRequestThatWasChangedMeanwhileIsDecidedAboutAgain() {
    long id = Asked.production(owner, Unique.name("talked"), "agents:read");
    try (Window window = browser.window(Look.LIGHT_WIDE)) {
      window.signIn(manager, "/requests/" + id);
      window.click("Approve");
      top(window).getByLabel("Comment").fill("Agreed.");
      owner
          .api()
          .post("/api/v1/key-requests/" + id + "/comments", Map.of("text", "Please wait."))
          .expect(201);
      window.clickInDialog("Approve");
      window.waitForText("It was changed meanwhile");
      top(window).getByText("Please wait.").waitFor();
      window.shot("changed-meanwhile").requireAccessible("what was changed meanwhile");
      assertThat(top(window).getByLabel("Comment").inputValue()).isEqualTo("Agreed.");
      assertThat(status(id)).isEqualTo("pending");
      window.clickInDialog("Approve");
      window.waitForText("Approved. " + owner.name() + " can claim the key now.");
      window.go("/requests/" + id + "/claim");
      window.waitForText("Only " + owner.name() + " can claim this key");
    }
    assertThat(status(id)).isEqualTo("approved");
  }

  private String status(long request) {
    return owner.api().get("/api/v1/key-requests/" + request).expect(200).text("/status");
  }

  @Test
  void aKeyThatWasChangedMeanwhileKeepsBothChanges() {
    String id = key(Json.object("name", Unique.name("both"), "environment", "development"));
    try (Window window = browser.window(Look.DARK_NARROW)) {
      window.signIn(owner, "/keys/" + id + "/change");
      window.fill("Tags", "mine");
      owner.api().put("/api/v1/api-keys/" + id, Map.of("description", "theirs")).expect(200);
      window.click("Save");
      window.waitForText("It was changed meanwhile");
      window.shot("key-changed-meanwhile").requireAccessible("the changed key");
      assertThat(window.page().getByLabel("Tags").inputValue()).isEqualTo("mine");
      assertThat(window.page().getByLabel("Description").inputValue()).isEqualTo("theirs");
      window.click("Save");
      window.waitForText("The key is changed.");
    }
    Answer both = owner.api().get("/api/v1/api-keys/" + id).expect(200);
    assertThat(both.text("/description")).isEqualTo("theirs");
    assertThat(both.text("/tags/0")).isEqualTo("mine");
  }

  @Test
  void aStepBackClosesADialogAndReturnsToTheSamePageOfTheLog() {
    try (Window window = browser.window(Look.LIGHT_WIDE)) {
      window.signIn(administrator, "/audit?size=10");
      window.click("Next");
      window.page().waitForURL(url -> url.contains("cursor="));
      window.settled();
      String second = window.page().url();
      String first = window.page().locator("tbody tr").first().innerText();
      window.page().locator("tbody td.cell-main a").first().click();
      heading(window).getByText("Record").waitFor();
      window.page().goBack();
      window.page().waitForURL(second);
      window.settled();
      assertThat(window.page().locator("tbody tr").first().innerText()).isEqualTo(first);
      window.click("Back");
      window.page().waitForURL(url -> !url.contains("cursor="));

      window.go("/people");
      window.go("/alert-rules");
      window.click("New rule");
      top(window).waitFor();
      window.page().goBack();
      Window.gone(window.page().locator("dialog"));
    }
  }

  @Test
  void anAddressThatSomebodyMadeUpCallsNothingElse() {
    List<String> calls = new ArrayList<>();
    try (Window window = browser.window(Look.LIGHT_WIDE)) {
      window.signIn(administrator, "/");
      window.page().onRequest(request -> calls.add(request.url()));
      for (String path :
          List.of("/keys/%E0%A4%A", "/requests/..%2Fapi-keys%2F1", "/keys/..%2f..")) {
        window.go(path);
        window.waitForText("There is no such page");
      }
      assertThat(calls).noneMatch(url -> url.contains("/api/"));
      window.goWithoutWaiting("/audit/live?outcome=nonsense");
      window.waitForText("is one of success, denied, error");
      window.waitForText("Stopped.");
      calls.clear();
      window.goWithoutWaiting("/tools/limits?key=key-99999999");
      window.page().locator("[role=alert]").first().waitFor();
      window.page().waitForTimeout(2_500);
      assertThat(calls.stream().filter(url -> url.contains("/key-99999999/usage"))).hasSize(1);
    }
  }

  @Test
  void aRoleThatIsTakenAwayChangesTheNavigation() {
    Person changing = tenant.newPerson("manager");
    try (Window window = browser.window(Look.LIGHT_WIDE)) {
      window.signIn(changing, "/keys");
      Locator link =
          window
              .page()
              .locator("#navigation")
              .getByText("Alert rules", new Locator.GetByTextOptions().setExact(true));
      link.waitFor();
      administrator
          .api()
          .put("/api/v1/users/" + changing.id(), Map.of("roles", List.of("developer")))
          .expect(200);
      Eventually.within(
          Duration.ofSeconds(30),
          () -> {
            window.goWithoutWaiting("/alerts");
            window.page().waitForTimeout(500);
            assertThat(link.count()).isZero();
          });
      window.waitForText("This page is not for your roles");
    }
  }

  @Test
  void everybodyIsOfferedWhatTheyMayDo() {
    try (Window window = browser.window(Look.LIGHT_WIDE);
        Window gateways = browser.window(Look.DARK_NARROW)) {
      // of an organization of their own: holds and erasure are theirs, periods and removal are not
      window.signIn(administrator, "/audit/retention");
      assertThat(window.text())
          .contains("Erase a person’s data")
          .doesNotContain("Remove old records");
      gateways.signIn(tenant.person("gateway"), "/");
      assertThat(gateways.text()).contains("Permission checker").doesNotContain("no pages here");
      gateways.shot("gateway-start").requireAccessible("the start page of a gateway");
    }
  }

  private String key(Object draft) {
    return owner.api().post("/api/v1/api-keys", draft).expect(201).text("/key_id");
  }

  /** The dialog above all others. */
  private static Locator top(Window window) {
    return window.page().locator("dialog[open]").last();
  }

  private static void press(Locator dialog, String name) {
    dialog
        .getByRole(AriaRole.BUTTON, new Locator.GetByRoleOptions().setName(name).setExact(true))
        .click();
  }

  private static Locator heading(Window window) {
    return window.page().getByRole(AriaRole.HEADING, new GetByRoleOptions().setLevel(1));
  }

  private static Page.GetByLabelOptions exactly() {
    return new Page.GetByLabelOptions().setExact(true);
  }
}
