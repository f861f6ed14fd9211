package org.apikeys.web.console;

import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page.GetByLabelOptions;
import com.microsoft.playwright.Route;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
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

/** The tools of the console say what is, and miss nothing. */
@NeedsChromium
@ExtendWith(SharedServer.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ToolsIT {
  private final Tenant tenant;
  private final Browser browser;

  ToolsIT(Tenant tenant, Browser browser) {
    this.tenant = tenant;
    this.browser = browser;
  }

  private String keyNamed(String name) {
    tenant.admin().post("/api/v1/api-keys", Json.object("name", name)).expect(201);
    return name;
  }

  /** The server ends a view when its person changes; who comes back goes on behind the last one. */
  @Test
  void theLiveLogGoesOnBehindAnInterruption() {
    Person auditor = tenant.newPerson("auditor");
    try (Window window = browser.window(Look.LIGHT_WIDE)) {
      window.signIn(auditor, "/audit/live?action=key.created");
      window.waitForText("Live: records appear");
      window.waitForText(keyNamed(Unique.name("before")));
      tenant
          .admin()
          .put("/api/v1/users/" + auditor.id(), Map.of("email", "other@example.com"))
          .expect(200);
      window.page().getByText("Connecting").first().waitFor();
      window.waitForText(keyNamed(Unique.name("between")));
      window.requireQuiet();
    }
  }

  /** Who pauses to read is told how much has come meanwhile, and loses none of it. */
  @Test
  void aPausedLogSaysHowManyRecordsWait() {
    Person auditor = tenant.newPerson("auditor");
    try (Window window = browser.window(Look.LIGHT_NARROW)) {
      window.signIn(auditor, "/audit/live?action=key.created");
      window.waitForText("Live: records appear");
      window.click("Pause");
      String first = keyNamed(Unique.name("held"));
      window.waitForText("Paused. 1 new record waits.");
      String second = keyNamed(Unique.name("held"));
      window.waitForText("Paused. 2 new records wait.");
      assertThat(window.text())
          .doesNotContain(first, second)
          .doesNotContain("Waiting for the next record");
      window.shot("audit-live-paused").requireAccessible("a paused log");
      window.click("Go on");
      window.waitForText(first);
      window.waitForText(second);
      window.requireQuiet();
    }
  }

  /** It keeps as many as it shows, and counts them all. */
  @Test
  void aLogThatIsPausedForLongCountsWhatItDoesNotKeep() {
    StringBuilder stream = new StringBuilder();
    for (int i = 1; i <= 250; i++) {
      String record =
          Json.write(
              Map.of(
                  "sequence",
                  i,
                  "action",
                  "key.created",
                  "time",
                  "2026-01-01T00:00:00Z",
                  "outcome",
                  "success"));
      stream.append("id: ").append(i).append("\ndata: ").append(record).append("\n\n");
    }
    try (Window window = browser.window(Look.DARK_WIDE)) {
      List<Route> live = new ArrayList<>();
      window.page().route("**/api/v1/audit/live*", live::add);
      window.signIn(tenant.person("auditor"), "/audit/live");
      window.page().waitForCondition(() -> !live.isEmpty());
      window.click("Pause");
      live.get(0)
          .fulfill(
              new Route.FulfillOptions()
                  .setContentType("text/event-stream")
                  .setBody(stream.toString()));
      window.waitForText("Paused. 250 new records wait.");
      window.click("Go on");
      assertThat(window.page().locator("tbody tr").count()).isEqualTo(200);
      window.shot("audit-live").requireAccessible("the log viewer");
    }
  }

  /** A report takes its time, and none is shown under the name of another meanwhile. */
  @Test
  void theReportBeforeIsNotTakenForTheOneThatIsMade() {
    try (Window window = browser.window(Look.DARK_NARROW)) {
      window.signIn(tenant.person("auditor"), "/reports?report=access-review");
      Locator made = window.page().locator("main section.card h2");
      made.first().waitFor();
      List<Route> late = new ArrayList<>();
      window.page().route("**/api/v1/reports/compliance?*", late::add);
      window
          .page()
          .getByLabel("Report", new GetByLabelOptions().setExact(true))
          .selectOption("compliance");
      window.page().waitForCondition(() -> !late.isEmpty());
      assertThat(made.count()).isZero();
      assertThat(window.page().locator("main .spinner-border").isVisible()).isTrue();
      window.shot("report-on-its-way").requireAccessible("a report that is on its way");
      late.get(0).resume();
      made.first().waitFor();
      window.settled().requireQuiet();
    }
  }

  @Test
  void theMonitorShowsEveryLimit() {
    IssuedKey limited =
        tenant
            .key()
            .with(
                "rate_limits",
                Json.read("{\"concurrent\": 3, \"bandwidth\": {\"total_gb_per_day\": 2}}"))
            .with(
                "resource_limits", Json.read("{\"pages\": {\"limit\": 1200, \"window\": \"P1D\"}}"))
            .with(
                "credits",
                Json.read(
                    "{\"balance\": 2500, \"refill\": {\"amount\": 9, \"interval\": \"P1M\"}}"))
            .issue();
    IssuedKey paying =
        tenant
            .key()
            .with("rate_limits", Map.of("unlimited", true))
            .with("credits", Map.of("balance", 7))
            .issue();
    IssuedKey free = tenant.key().with("rate_limits", Map.of("unlimited", true)).issue();
    try (Window window = browser.window(Look.DARK_NARROW)) {
      window.signIn(tenant.person("admin"), "/tools/limits?key=" + limited.keyId());
      window.waitForText("Open calls");
      assertThat(window.text())
          .contains("0 of 3 used", "0 B of 2 GB used", "pages", "0 of 1,200 used", "2,500 credits");
      window.shot("limits").requireAccessible("every limit of a key");
      window.go("/keys/" + limited.keyId() + "?tab=use");
      window.waitForText("0 of 1,200 used");
      assertThat(window.text()).contains("Open calls", "0 B of 2 GB used", "2,500 credits left");
      window.go("/tools/limits?key=" + paying.keyId());
      window.waitForText("7 credits left");
      assertThat(window.text()).doesNotContain("no limits");
      window.go("/keys/" + paying.keyId() + "?tab=use");
      window.waitForText("7 credits left");
      window.go("/tools/limits?key=" + free.keyId());
      window.waitForText("This key has no limits.");
      window.requireQuiet();
    }
  }

  /** A burst leaves more calls than the window takes by itself. */
  @Test
  void theCheckerDoesNotTakeWhatIsLeftForAPartOfTheWindow() {
    IssuedKey bursting =
        tenant
            .key()
            .with(
                "rate_limits",
                Json.read("{\"requests\": {\"per_day\": 5}, \"burst\": {\"max_burst\": 12}}"))
            .issue();
    try (Window window = browser.window(Look.LIGHT_WIDE)) {
      window.signIn(tenant.person("admin"), "/tools/checker");
      window.page().locator("main input[name=key]").fill(bursting.value());
      window.click("Check");
      window.waitForText("12 calls; 5 in 1 day");
      window.requireQuiet();
    }
  }

  /** Ten thousand rows keep a browser busy for half a minute: the downloads have them. */
  @Test
  void aLongReportIsReadToItsFiveHundredthRow() {
    String rows =
        IntStream.rangeClosed(1, 600)
            .mapToObj(number -> "{\"key\": \"key-" + number + "\"}")
            .collect(Collectors.joining(","));
    try (Window window = browser.window(Look.DARK_NARROW)) {
      window
          .page()
          .route(
              "**/reports/access-review?*",
              route ->
                  route.fulfill(
                      new Route.FulfillOptions()
                          .setContentType("application/json")
                          .setBody(
                              "{\"title\": \"Access review\", \"organization\": \"x\", \"month\":"
                                  + " \"2026-01\", \"made_at\": \"2026-02-01T00:00:00Z\","
                                  + " \"summary\": \"\", \"sections\": [{\"title\": \"Keys\","
                                  + " \"columns\": [\"key\"], \"rows\": ["
                                  + rows
                                  + "]}]}")));
      window.signIn(tenant.person("admin"), "/reports?report=access-review");
      window.waitForText("The first 500 of 600 rows are shown; the downloads above have all.");
      assertThat(window.page().locator("main tbody tr").count()).isEqualTo(500);
      window.requireAccessible("a long report").requireQuiet();
    }
  }

  /** A table of the busiest is not taken for one of all. */
  @Test
  void usageByEndpointSaysThatThereAreMore() {
    IssuedKey key = tenant.key().issue();
    for (int i = 0; i < 21; i++) {
      tenant.gateway().code(key, "endpoint", "/endpoint-" + i);
    }
    Eventually.within(
        Duration.ofSeconds(60),
        () ->
            assertThat(
                    tenant
                        .admin()
                        .get("/api/v1/analytics/usage?group_by=endpoint&key=" + key.keyId())
                        .expect(200)
                        .number("/totals/requests"))
                .isEqualTo(21));
    try (Window window = browser.window(Look.LIGHT_WIDE)) {
      window.signIn(tenant.person("admin"), "/analytics?group_by=endpoint&key=" + key.keyId());
      assertThat(window.card("Endpoint").innerText()).contains("The 20 busiest.");
      window.requireQuiet();
    }
  }

  @Test
  void whatIsToComeIsNotToldAsOver() {
    assertThat(ago(40, 90, -3, -90))
        .isEqualTo("in less than a minute; in 1 minute; just now; 1 minute ago");
  }

  /**
   * Not yet two days are no "tomorrow", and thirty days from the first of January no next month.
   */
  @Test
  void aSpanOfTimeIsNoDayOfTheCalendar() {
    int hour = 3_600;
    assertThat(ago(47 * hour, -47 * hour, 30 * 24 * hour + 9))
        .isEqualTo("in 1 day; 1 day ago; in 1 month");
  }

  private Object ago(Integer... seconds) {
    return formatted(
        "ago",
        List.of(seconds),
        "new Date(Date.now() + value * 1000 + Math.sign(value) * 500).toISOString()");
  }

  @Test
  void nothingIsWrittenAsSuch() {
    assertThat(formatted("signed", List.of(-0.3, 0.4, 12.6, -1234), "value"))
        .isEqualTo("0; 0; +13; -1,234");
    assertThat(formatted("duration", List.of("PT0S", "PT24H"), "value"))
        .isEqualTo("0 seconds; 24 hours");
  }

  /** A chart, its table and the page around it write a number alike, whoever's browser it is. */
  @Test
  void aChartWritesNumbersLikeThePage() {
    try (Window window = browser.window(Look.LIGHT_WIDE)) {
      window.signIn(tenant.person("admin"), "/live");
      Object shown =
          window
              .page()
              .evaluate(
                  "async () => { const chart = document.createElement('ak-chart');"
                      + " Object.assign(chart, {labels: ['now'], asTable: false,"
                      + " series: [{name: 'Calls', values: [1234567]}]});"
                      + " document.querySelector('main').append(chart);"
                      + " await chart.updateComplete;"
                      + " while (!window.Chart?.getChart(chart.querySelector('canvas')))"
                      + " { await new Promise(done => setTimeout(done, 50)); }"
                      + " const drawn = window.Chart.getChart(chart.querySelector('canvas'));"
                      + " chart.asTable = true; await chart.updateComplete;"
                      + " return drawn.options.locale + ' ' + chart.querySelector('td').innerText; }");
      assertThat(shown).isEqualTo("en 1,234,567");
    }
  }

  /** What the console writes for these values. */
  private Object formatted(String function, List<?> values, String made) {
    try (Window window = browser.window(Look.LIGHT_WIDE)) {
      return window
          .signIn(tenant.person("admin"), "/me")
          .page()
          .evaluate(
              "async values => { const base = document.querySelector('script[type=module]').src;"
                  + " const format = await import(base.replace('main.js', 'format.js'));"
                  + " return values.map(value => format."
                  + function
                  + "("
                  + made
                  + ")).join('; '); }",
              values);
    }
  }
}
