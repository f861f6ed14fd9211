package org.apikeys.alert;

import static org.apikeys.key.Orders.MAX;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.apikeys.alert.RuleDefinition.Anomaly;
import org.apikeys.alert.RuleDefinition.Scope;
import org.apikeys.alert.RuleDefinition.Threshold;
import org.apikeys.api.problem.ProblemException;
import org.apikeys.api.problem.ProblemType;
import org.apikeys.api.verify.DecisionCode;
import org.apikeys.check.Expected;
import org.apikeys.key.KeyIssuer;
import org.apikeys.key.KeyReader;
import org.apikeys.key.Orders;
import org.apikeys.store.Json;
import org.apikeys.store.TestServices;
import org.apikeys.store.TestStore;
import org.apikeys.usage.Periods;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What is learnt of keys, what is unusual, and what rules make of it, over a real store. */
interface SecurityContract {
  AlertFilter ANY = new AlertFilter(null, null, null, null, null, null);
  long HOUR = 3_600_000;

  TestStore store();

  private TestServices services() {
    TestServices services = new TestServices(store().emptied(), Map.of());
    store().execute("DELETE FROM usage_rollup");
    store().addPerson(1, TestStore.DEFAULT, "admin", "admin");
    store().addPerson(3, TestStore.DEFAULT, "max", "manager");
    return services;
  }

  private static long issue(TestServices services) {
    return services.get(KeyIssuer.class).issue(Orders.admin(), Orders.aKey("watched")).view().id();
  }

  /** As if calls had been summed up. */
  private void calls(long key, Instant at, int grain, String kind, String item, long requests) {
    long bucket = Math.floorDiv(at.toEpochMilli(), grain * 60_000L) * grain * 60_000L;
    boolean denied = kind.equals("code") && !item.equals("VALID");
    store()
        .execute(
            "INSERT INTO usage_rollup (subject, grain, bucket, kind, item, organization_id,"
                + " requests, denied, errors, timed, response_micros, bytes_in, bytes_out) VALUES ("
                + (key + ", " + grain + ", " + bucket + ", '" + kind + "', '" + item + "', 1, ")
                + (requests + ", " + (denied ? requests : 0) + ", " + requests / 2)
                + (", " + requests + ", " + requests * 250_000 + ", 0, 0)"));
  }

  /** As if calls had been summed up: what is VALID is what the others leave of all. */
  private void hour(long key, Instant at, String code, long requests) {
    long bucket = Math.floorDiv(at.toEpochMilli(), HOUR) * HOUR;
    String all =
        " WHERE subject = " + key + " AND grain = 60 AND kind = 'all' AND bucket = " + bucket;
    if (store().number("SELECT COUNT(*) FROM usage_rollup" + all) == 0) {
      calls(key, at, 60, "all", "", requests);
    } else {
      store().execute("UPDATE usage_rollup SET requests = requests + " + requests + all);
    }
    if (!code.equals("VALID")) {
      calls(key, at, 60, "code", code, requests);
    }
  }

  private static List<AlertView> alerts(TestServices services) {
    services.get(AlertWork.class).run();
    return services.get(Alerts.class).list(MAX, ANY, 1, 100).items();
  }

  @Test
  default void aBurstOfAKeyIsComparedWithItsOwnHistory() {
    TestServices services = services();
    long key = issue(services);
    Instant now = services.clock().instant();
    for (int hour = 1; hour <= 10 * 24; hour++) {
      hour(key, now.minus(Duration.ofHours(hour)), "VALID", 40 + hour % 7);
    }
    hour(key, now, "VALID", 45);
    SecurityScan scan = services.get(SecurityScan.class);
    scan.run();
    assertThat(alerts(services)).isEmpty();

    store()
        .execute(
            "UPDATE usage_rollup SET requests = 4000 WHERE bucket = "
                + now.toEpochMilli() / HOUR * HOUR);
    scan.run();
    scan.run();
    assertThat(alerts(services))
        .singleElement()
        .satisfies(
            alert -> {
              assertThat(alert.kind()).isEqualTo("unusual_volume");
              assertThat(alert.keyId()).isEqualTo("key-" + key);
              assertThat(alert.occurrences()).isEqualTo(1);
              assertThat(alert.score()).isGreaterThanOrEqualTo(60);
              assertThat(alert.reasons()).isNotEmpty();
              assertThat(alert.detail()).contains("watched", "4000 calls");
            });

    services.clock().forward(Duration.ofMinutes(61));
    scan.run();
    Profile learnt = services.get(SecurityStore.class).profile("key-" + key).orElseThrow();
    assertThat(learnt.last()).isEqualTo(now.toEpochMilli() / HOUR);
    assertThat(learnt.highest(Profile.Measure.CALLS, learnt.last() + 1))
        .as("a burst is not learnt whole")
        .isLessThan(400);
  }

  @Test
  default void hoursInWhichNobodyLookedAreReadFromTheSums() {
    TestServices services = services();
    long key = issue(services);
    hour(key, services.clock().instant(), "VALID", 45);
    SecurityScan scan = services.get(SecurityScan.class);
    scan.run();
    // the process slept, or gateways were late with their reports
    services.clock().forward(Duration.ofDays(10));
    Instant now = services.clock().instant();
    for (int hour = 1; hour <= 8 * 24; hour++) {
      hour(key, now.minus(Duration.ofHours(hour)), "VALID", 40 + hour % 7);
    }
    hour(key, now, "VALID", 4000);
    scan.run();

    assertThat(alerts(services)).extracting(AlertView::kind).containsExactly("unusual_volume");
  }

  /** Learns ten days of a key, and lets seven weeks pass. */
  private TestServices asleep() {
    TestServices services = services();
    long key = issue(services);
    Instant now = services.clock().instant();
    for (int hour = 0; hour < 10 * 24; hour++) {
      hour(key, now.minus(Duration.ofHours(hour)), "VALID", 300);
    }
    look(services);
    services.clock().forward(Duration.ofMinutes(61));
    look(services);
    assertThat(store().number("SELECT COUNT(*) FROM security_profile")).isEqualTo(1);
    services.clock().forward(Duration.ofDays(49));
    hour(key, services.clock().instant(), "VALID", 300);
    return services;
  }

  /** The hour that is over is learnt, and the present one looked at. */
  private static void look(TestServices services) {
    services.get(SecurityScan.class).run();
    services.get(SecurityScan.class).run();
  }

  @Test
  default void afterTheServerWasOffForLongKeysAreLearntAnew() {
    TestServices services = asleep();
    look(services);
    assertThat(alerts(services)).isEmpty();

    TestServices restarted = new TestServices(store());
    restarted.clock().set(services.clock().instant());
    look(restarted);
    assertThat(alerts(restarted)).isEmpty();
  }

  @Test
  default void aKeyThatAwakesAmongOthersIsUnusual() {
    TestServices services = asleep();
    long other = issue(services);
    for (int day = 0; day < 49; day++) {
      hour(other, services.clock().instant().minus(Duration.ofDays(day)), "VALID", 1);
    }
    look(services);
    assertThat(alerts(services)).extracting(AlertView::kind).containsExactly("unusual_volume");
  }

  @Test
  default void ofVeryManyKeysEachIsLookedAtAndLearnt() {
    TestServices services = services();
    Instant now = services.clock().instant();
    long hour = now.toEpochMilli() / HOUR;
    int many = Hours.PAGE * 3 / 2;
    long first = 1_000_000;
    List<String> rows = new ArrayList<>();
    for (long key = first; key < first + many; key++) {
      String row = "(" + key + ", 60, " + hour * HOUR + ", '";
      String sums = ", 0, 0, 0, 0, 0, 0)";
      int violations = key == first + many - 1 ? 60 : 1;
      rows.add(row + "all', '', 1, " + (5 + violations) + sums);
      rows.add(row + "code', 'IP_NOT_ALLOWED', 1, " + violations + sums);
    }
    for (int from = 0; from < rows.size(); from += 100) {
      store()
          .execute(
              "INSERT INTO usage_rollup (subject, grain, bucket, kind, item, organization_id,"
                  + " requests, denied, errors, timed, response_micros, bytes_in, bytes_out) VALUES "
                  + String.join(", ", rows.subList(from, Math.min(from + 100, rows.size()))));
    }
    Hours hours = services.get(Hours.class);
    Map<Long, HourOf> seen = new HashMap<>();
    OptionalLong after = OptionalLong.of(0);
    int pages = 0;
    while (after.isPresent()) {
      Hours.Keys some = hours.keys(hour, after.getAsLong());
      some.keys().forEach((key, of) -> assertThat(seen.put(key, of.did())).isNull());
      after = some.next();
      pages++;
    }
    assertThat(pages).isEqualTo(2);
    assertThat(seen).hasSize(many);
    assertThat(seen.values()).allMatch(of -> of.calls() == 5 && of.violations() >= 1);

    SecurityScan scan = services.get(SecurityScan.class);
    // it may rest between two pages
    scan.run();
    scan.run();
    assertThat(alerts(services))
        .singleElement()
        .satisfies(alert -> assertThat(alert.keyId()).isEqualTo("key-" + (first + many - 1)));

    services.clock().forward(Duration.ofMinutes(61));
    scan.run();
    scan.run();
    SecurityStore learnt = services.get(SecurityStore.class);
    for (long key : List.of(first, first + many - 1)) {
      assertThat(learnt.profile("key-" + key).orElseThrow().last()).isEqualTo(hour);
    }
  }

  @Test
  default void anAddressThatTriesKeysIsTold() {
    TestServices services = services();
    SecurityWatch watch = services.get(SecurityWatch.class);
    for (int i = 0; i < 60; i++) {
      watch.denied(1, null, DecisionCode.NOT_FOUND, "203.0.113.9");
    }
    watch.denied(1, null, DecisionCode.MALFORMED, "198.51.100.1");
    watch.denied(1, null, DecisionCode.RATE_LIMITED, "198.51.100.1");
    watch.flush();
    watch.flush();
    services.get(SecurityScan.class).run();
    assertThat(alerts(services))
        .singleElement()
        .satisfies(
            alert -> {
              assertThat(alert.kind()).isEqualTo("failed_validations");
              assertThat(alert.subject()).isEqualTo("203.0.113.9");
              assertThat(alert.detail()).contains("60 times");
            });
    Instant now = services.clock().instant();
    SecurityAnalytics.Picture picture =
        services
            .get(SecurityAnalytics.class)
            .of(
                1,
                null,
                Periods.of("hour", null, now.minusSeconds(7200), now.plusSeconds(60), now));
    assertThat(picture.totals().failures()).isEqualTo(61);
    assertThat(picture.totals().ipAnomalies()).isEqualTo(1);
    assertThat(picture.sources().get(0).address()).isEqualTo("203.0.113.9");
  }

  @Test
  default void thePictureTellsDenialsApart() {
    TestServices services = services();
    long key = issue(services);
    Instant now = services.clock().instant();
    hour(key, now, "VALID", 100);
    hour(key, now, "RATE_LIMITED", 7);
    hour(key, now, "INSUFFICIENT_SCOPE", 5);
    hour(key, now, "EXPIRED", 3);
    Periods hours = Periods.of("hour", null, now.minusSeconds(3600), now.plusSeconds(60), now);
    SecurityAnalytics.Picture picture = services.get(SecurityAnalytics.class).of(1, key, hours);
    assertThat(picture.totals()).isEqualTo(new SecurityAnalytics.Sums(3, 7, 5, 0));
    assertThat(picture.points()).hasSize(hours.count());
    assertThat(picture.keys())
        .singleElement()
        .satisfies(of -> assertThat(of.name()).isEqualTo("watched"));
    assertThat(services.get(SecurityAnalytics.class).of(2, null, hours).totals().failures())
        .isZero();
  }

  private static RuleDefinition threshold(
      String metric, String value, @Nullable String window, String per, @Nullable String answer) {
    return new RuleDefinition(
        "too many",
        "threshold",
        null,
        null,
        new Threshold(metric, null, null, new BigDecimal(value), window, per, null),
        null,
        "critical",
        null,
        answer);
  }

  @Test
  default void aThresholdThatIsPassedSuspendsTheKeyUntilThatIsTakenBack() {
    TestServices services = services();
    long key = issue(services);
    Instant now = services.clock().instant();
    RuleView rule =
        services
            .get(AlertRules.class)
            .create(Orders.admin(), threshold("requests", "50", "PT5M", "key", "suspend"));
    RuleScan scan = services.get(RuleScan.class);
    calls(key, now.minusSeconds(120), 1, "all", "", 50);
    scan.run();
    assertThat(alerts(services)).as("at the threshold").isEmpty();
    calls(key, now.minusSeconds(60), 1, "all", "", 1);
    scan.run();
    scan.run();
    assertThat(alerts(services))
        .singleElement()
        .satisfies(
            alert -> {
              assertThat(alert.kind()).isEqualTo("threshold");
              assertThat(alert.severity()).isEqualTo("critical");
              assertThat(alert.ruleId()).isEqualTo(rule.id());
              assertThat(alert.title()).isEqualTo("too many");
              assertThat(alert.detail()).contains("came to 51, above 50");
              assertThat(alert.occurrences()).isEqualTo(1);
              assertThat(alert.answer()).isEqualTo("suspend");
            });
    KeyReader reader = services.get(KeyReader.class);
    assertThat(reader.read(Orders.admin(), key).active()).isFalse();

    Alerts alerts = services.get(Alerts.class);
    long id = alerts(services).get(0).id();
    assertThat(alerts.undoAnswer(MAX, id, "looked", null).answerUndone()).isTrue();
    assertThat(reader.read(Orders.admin(), key).active()).isTrue();
    assertThatThrownBy(() -> alerts.undoAnswer(MAX, id, null, null))
        .isInstanceOfSatisfying(
            ProblemException.class,
            problem -> assertThat(problem.type()).isEqualTo(ProblemType.CONFLICT));
  }

  @Test
  default void everyMetricIsTaken() {
    TestServices services = services();
    long key = issue(services);
    Instant now = services.clock().instant();
    calls(key, now.minusSeconds(60), 1, "all", "", 100);
    calls(-1, now.minusSeconds(60), 1, "all", "", 100);
    calls(key, now.minusSeconds(60), 1, "code", "RATE_LIMITED", 9);
    calls(-1, now.minusSeconds(60), 1, "code", "RATE_LIMITED", 9);
    RuleFigures figures = services.get(RuleFigures.class);
    long end = now.toEpochMilli();
    for (String per : List.of("key", "organization")) {
      long subject = per.equals("key") ? key : RuleFigures.ORGANIZATION;
      assertThat(
              figures.of(1, RuleCheck.complete(threshold("requests", "1", "PT5M", per, null)), end))
          .containsOnlyKeys(subject);
      assertThat(
              figures
                  .of(1, RuleCheck.complete(threshold("error_rate", "1", "PT5M", per, null)), end)
                  .get(subject))
          .isEqualByComparingTo("50");
      assertThat(
              figures
                  .of(
                      1,
                      RuleCheck.complete(threshold("response_time", "1", "PT5M", per, null)),
                      end)
                  .get(subject))
          .isEqualByComparingTo("0.25");
      assertThat(
              figures
                  .of(1, RuleCheck.complete(threshold("throttles", "1", "PT5M", per, null)), end)
                  .get(subject))
          .isEqualByComparingTo("9");
    }
    RuleDefinition ofOwner =
        Json.read(
            "{\"name\": \"n\", \"type\": \"threshold\", \"scope\": {\"owner\": \"admin\"},"
                + " \"threshold\": {\"metric\": \"requests\", \"value\": 1, \"window\": \"PT1H\"}}",
            RuleDefinition.class);
    assertThat(figures.of(1, RuleCheck.complete(ofOwner), end).get(RuleFigures.ORGANIZATION))
        .isEqualByComparingTo("100");
    assertThat(figures.of(1, RuleCheck.complete(threshold("credits", "5", null, "key", null)), end))
        .isEmpty();
    assertThat(
            figures.of(2, RuleCheck.complete(threshold("requests", "1", "PT5M", "key", null)), end))
        .isEmpty();
  }

  @Test
  default void aRefillThatIsDueIsThereForARuleAboutCredits() {
    TestServices services = services();
    long key =
        services
            .get(KeyIssuer.class)
            .issue(
                Orders.admin(),
                Orders.from(
                    "{\"name\": \"paying\", \"credits\": {\"balance\": 3,"
                        + " \"refill\": {\"amount\": 9, \"interval\": \"P1D\"}}}"))
            .view()
            .id();
    RuleFigures figures = services.get(RuleFigures.class);
    RuleDefinition low = RuleCheck.complete(threshold("credits", "5", null, "key", null));
    long now = services.clock().millis();

    assertThat(figures.of(1, low, now).get(key)).isEqualByComparingTo("3");
    assertThat(figures.of(1, low, now + 24 * HOUR).get(key))
        .as("nobody has called since")
        .isEqualByComparingTo("9");
  }

  @Test
  default void anAnomalyRuleDecidesHowUnusualIsTold() {
    TestServices services = services();
    long key = issue(services);
    Instant now = services.clock().instant();
    hour(key, now, "VALID", 10);
    hour(key, now, "INSUFFICIENT_SCOPE", 40);
    RuleDefinition quiet =
        new RuleDefinition(
            "calm",
            "anomaly",
            null,
            new Scope("key-" + key, null),
            null,
            new Anomaly(List.of("permission_violations"), 100),
            "info",
            List.of("console"),
            "require_rotation");
    RuleView rule = services.get(AlertRules.class).create(Orders.admin(), quiet);
    services.get(RuleScan.class).run();
    services.get(SecurityScan.class).run();
    assertThat(alerts(services)).as("below the score").isEmpty();

    RuleDefinition eager =
        new RuleDefinition(
            "eager",
            "anomaly",
            null,
            quiet.scope(),
            null,
            new Anomaly(List.of("permission_violations"), 50),
            "info",
            List.of("console"),
            "require_rotation");
    services
        .get(AlertRules.class)
        .change(Orders.admin(), rule.id(), eager, Expected.of(rule.version()));
    services.get(RuleScan.class).run();
    store().execute("UPDATE usage_rollup SET requests = requests + 1");
    services.get(SecurityScan.class).run();
    assertThat(alerts(services))
        .singleElement()
        .satisfies(
            alert -> {
              assertThat(alert.ruleId()).isEqualTo(rule.id());
              assertThat(alert.severity()).isEqualTo("info");
              assertThat(alert.answer()).isEqualTo("require_rotation");
            });
    assertThat(store().number("SELECT rotate_by FROM api_key WHERE id = " + key)).isPositive();
  }

  @Test
  default void aRuleIsTriedOnThePast() {
    TestServices services = services();
    long key = issue(services);
    Instant now = services.clock().instant();
    calls(key, now.minusSeconds(7_200), 1, "all", "", 500);
    RuleRehearsal.Outcome outcome =
        services
            .get(AlertRules.class)
            .rehearse(
                Orders.admin(), threshold("requests", "100", "PT10M", "key", null), null, null);
    assertThat(outcome.count()).isEqualTo(1);
    assertThat(outcome.raised().get(0).keyId()).isEqualTo("key-" + key);
    assertThat(alerts(services)).isEmpty();
    assertThat(store().number("SELECT COUNT(*) FROM alert_rule")).isZero();
  }

  @Test
  default void aRehearsalLooksAtEveryShortWindow() {
    TestServices services = services();
    long key = issue(services);
    Instant now = services.clock().instant();
    // one burst in a day, and one so long ago that a week of minutes is too much for it
    calls(key, now.minus(Duration.ofHours(20)).minusSeconds(60), 1, "all", "", 500);
    calls(key, now.minus(Duration.ofDays(3)).minusSeconds(60), 1, "all", "", 500);
    RuleDefinition rule = threshold("requests", "100", "PT1M", "key", null);
    AlertRules rules = services.get(AlertRules.class);

    RuleRehearsal.Outcome day = rules.rehearse(Orders.admin(), rule, null, null);
    assertThat(day.count()).isEqualTo(1);
    assertThat(day.note()).isNull();
    RuleRehearsal.Outcome week =
        rules.rehearse(Orders.admin(), rule, now.minus(Duration.ofDays(6)), null);
    assertThat(week.count()).isEqualTo(1);
    assertThat(week.from()).isEqualTo(now.minus(Duration.ofHours(25)));
    assertThat(week.note()).contains("1500 windows");
  }
}
