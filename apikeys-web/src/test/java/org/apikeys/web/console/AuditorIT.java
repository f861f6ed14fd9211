package org.apikeys.web.console;

import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Download;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page.GetByRoleOptions;
import com.microsoft.playwright.options.AriaRole;
import java.time.Duration;
import java.util.List;
import java.util.regex.Pattern;
import org.apikeys.web.server.Eventually;
import org.apikeys.web.server.Json;
import org.apikeys.web.server.Person;
import org.apikeys.web.server.SharedServer;
import org.apikeys.web.server.Tenant;
import org.apikeys.web.server.Unique;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;

/** An auditor in the console: reads, checks, and can change nothing. */
@NeedsChromium
@ExtendWith(SharedServer.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class AuditorIT {
  private static final Pattern SOUND =
      Pattern.compile("Sound: this record is in the log|The hashes are sound");

  private final Tenant tenant;
  private final Browser browser;
  private final Person auditor;

  AuditorIT(Tenant tenant, Browser browser) {
    this.tenant = tenant;
    this.browser = browser;
    auditor = tenant.person("auditor");
  }

  private String key() {
    return tenant
        .admin()
        .post(
            "/api/v1/api-keys",
            Json.object("name", Unique.name("audited"), "scopes", List.of("agents:read")))
        .expect(201)
        .text("/key_id");
  }

  @Test
  void aRecordIsFoundAndItsProofIsReckonedInTheBrowser() {
    String target = "key:" + key();
    long sequence = sequenceOf(target);
    Eventually.within(
        Duration.ofSeconds(60), () -> assertThat(signed()).isGreaterThanOrEqualTo(sequence));
    try (Window window = browser.window(Look.LIGHT_WIDE)) {
      window.signIn(auditor, "/audit?action=key.created&target=" + target);
      window.page().getByText("key.created").first().click();
      window.waitForText("Record " + sequence);
      window.click("Check the proof");
      window.page().getByText(SOUND).waitFor();
      window.shot("audit-proof").requireAccessible("the proof").requireQuiet();
    }
  }

  private long sequenceOf(String target) {
    return auditor
        .api()
        .get("/api/v1/audit/events?action=key.created&target=" + target)
        .expect(200)
        .number("/events/0/sequence");
  }

  /** How many records the log has signed for: the second line of a checkpoint. */
  private long signed() {
    return Long.parseLong(
        auditor.api().get("/api/v1/audit/checkpoint").expect(200).body().split("\n", -1)[1]);
  }

  @Test
  void whatTheListShowsIsTakenAway() {
    String target = "key:" + key();
    try (Window window = browser.window(Look.LIGHT_NARROW)) {
      window.signIn(auditor, "/audit?outcome=success&target=" + target);
      window.waitForText("key.created");
      window.page().getByText("Take evidence away").click();
      window.waitForText("Only records with What “" + target + "”, Outcome “Done”.");
      window.shot("evidence-narrowed").requireAccessible("evidence of some records");
      window.page().getByLabel("Format").selectOption("csv");
      String taken = window.downloaded(() -> window.click("Download"));
      assertThat(taken.lines().skip(1))
          .isNotEmpty()
          .allSatisfy(line -> assertThat(line).contains(target.substring(4)));
      window.click("Take all records instead");
      Window.gone(window.page().getByText("Only records with"));
      window.requireQuiet();
    }
  }

  @Test
  void aKeyOffersNothingThatChangesIt() {
    try (Window window = browser.window(Look.DARK_WIDE)) {
      window.signIn(auditor, "/keys/" + key());
      for (String name : List.of("Change", "Rotate", "Renew", "Deactivate", "Revoke")) {
        GetByRoleOptions named = new GetByRoleOptions().setName(name).setExact(true);
        Locator offers =
            window
                .page()
                .getByRole(AriaRole.BUTTON, named)
                .or(window.page().getByRole(AriaRole.LINK, named));
        assertThat(offers.count()).as(name).isZero();
      }
      assertThat(window.pages()).contains("/audit", "/keys").doesNotContain("/requests/new");
      window.go("/requests/new");
      window.waitForText("This page is not for your roles");
      window.requireQuiet();
    }
  }

  @Test
  void aReportIsOrderedWatchedAndDownloaded() {
    try (Window window = browser.window(Look.LIGHT_WIDE)) {
      window.signIn(auditor, "/reports/made");
      window
          .page()
          .getByRole(AriaRole.BUTTON, new GetByRoleOptions().setName("Order a report"))
          .first()
          .click();
      window.page().locator("dialog #f-report").selectOption("compliance");
      window.page().locator("dialog #f-framework").selectOption("gdpr");
      window.page().locator("dialog #f-format").selectOption("csv");
      window.requireAccessible("ordering a report");
      window.clickInDialog("Order a report");
      Locator download =
          window
              .page()
              .getByRole(AriaRole.BUTTON, new GetByRoleOptions().setName("Download"))
              .first();
      download.waitFor(new Locator.WaitForOptions().setTimeout(90_000));
      window.shot("reports-made").requireAccessible("a made report");
      Download file = window.page().waitForDownload(download::click);
      assertThat(file.suggestedFilename()).startsWith("compliance-gdpr-").endsWith(".csv");

      window.go("/report-schedules");
      window.waitForText("Reports that are made again and again");
      assertThat(
              window
                  .page()
                  .getByRole(AriaRole.BUTTON, new GetByRoleOptions().setName("New schedule"))
                  .count())
          .isZero();
      window.requireQuiet();
    }
  }

  @Test
  void aManagerKeepsASchedule() {
    Person manager = tenant.newPerson("manager");
    try (Window window = browser.window(Look.DARK_NARROW)) {
      window.signIn(manager, "/report-schedules");
      window
          .page()
          .getByRole(AriaRole.BUTTON, new GetByRoleOptions().setName("New schedule"))
          .first()
          .click();
      window.page().locator("dialog #f-name").fill("for the manager");
      window.page().locator("dialog #f-every").selectOption("weekly");
      window.page().locator("dialog #f-day_of_week").selectOption("friday");
      window.page().locator("dialog #f-recipients").fill("nobody-at-all");
      window.clickInDialog("New schedule");
      window.waitForText("is nobody of this organization who may read reports");
      window.requireAccessible("a schedule with an error");
      window.page().locator("dialog #f-recipients").fill(manager.name());
      window.clickInDialog("New schedule");
      window.waitForText("Every Friday at 06:00");
      window.shot("report-schedules").requireAccessible("schedules");
    }
  }
}
