package org.apikeys.report;

import static org.apikeys.key.Orders.MAX;
import static org.apikeys.store.Expect.refused;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.YearMonth;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import org.apikeys.api.problem.ProblemException;
import org.apikeys.api.problem.ProblemType;
import org.apikeys.api.tenant.Caller;
import org.apikeys.audit.LogKeeper;
import org.apikeys.check.Expected;
import org.apikeys.key.Orders;
import org.apikeys.report.ReportJobSteps.Taken;
import org.apikeys.store.TestServices;
import org.apikeys.store.TestStore;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Reports that are made in the background, by whoever is there, once, and on a schedule. */
interface ReportJobContract {
  Caller ANN = Orders.person(4, "ann", 1, "auditor");
  Caller EVE = Orders.person(9, "eve", 2, "admin");

  TestStore store();

  private TestServices services(String... settings) {
    TestServices services = new TestServices(store().emptied(), settings(settings));
    store().addOrganization(2);
    store().addPerson(1, TestStore.DEFAULT, "admin", "admin");
    store().addPerson(2, TestStore.DEFAULT, "dora", "developer");
    store().addPerson(3, TestStore.DEFAULT, "max", "manager");
    store().addPerson(4, TestStore.DEFAULT, "ann", "auditor");
    store().addPerson(9, 2, "eve", "admin");
    store().execute("UPDATE person SET email = 'ann@example.com' WHERE username = 'ann'");
    return services;
  }

  private static Map<String, String> settings(String... pairs) {
    return pairs.length == 0 ? Map.of() : Map.of(pairs[0], pairs[1]);
  }

  private static JobView ordered(TestServices services, Caller caller) {
    return services
        .get(ReportJobs.class)
        .order(caller, "access-review", YearMonth.of(2026, 2), null, ReportForm.CSV);
  }

  private static JobView job(TestServices services, long id) {
    return services.get(ReportJobs.class).read(Orders.admin(), id);
  }

  private static String text(ReportJobs.ReportFile file) {
    return new String(file.content(), StandardCharsets.UTF_8);
  }

  @Test
  default void aReportIsMadeAndHandedOutToItsOrganizationAlone() {
    TestServices services = services();
    ReportJobs jobs = services.get(ReportJobs.class);
    JobView ordered = ordered(services, ANN);
    assertThat(ordered.status()).isEqualTo("created");
    assertThat(ordered.progress()).isZero();
    assertThat(ordered.file()).isNull();
    refused(ProblemType.CONFLICT, () -> jobs.file(ANN, ordered.id()));

    assertThat(services.get(ReportMaker.class).makeNext()).isTrue();
    assertThat(services.get(ReportMaker.class).makeNext()).isFalse();
    JobView done = job(services, ordered.id());
    assertThat(done.status()).isEqualTo("done");
    assertThat(done.progress()).isEqualTo(1);
    assertThat(done.requestedBy()).isEqualTo("ann");
    assertThat(done.expiresAt())
        .isEqualTo(Objects.requireNonNull(done.finishedAt()).plus(Duration.ofDays(30)));
    ReportJobs.ReportFile file = jobs.file(MAX, ordered.id());
    assertThat(file.name()).isEqualTo("access-review-2026-02.csv");
    assertThat(done.size()).isEqualTo(file.content().length);
    assertThat(text(file)).startsWith("key_id,name,owner");

    refused(ProblemType.NOT_FOUND, () -> jobs.read(EVE, ordered.id()));
    refused(ProblemType.NOT_FOUND, () -> jobs.file(EVE, ordered.id()));
    refused(ProblemType.NOT_FOUND, () -> jobs.cancel(EVE, ordered.id()));
    refused(
        ProblemType.FORBIDDEN,
        () -> jobs.read(Orders.key(4, "dora", "developer", "reports:read"), ordered.id()));
    ReportJobs.Filter any = new ReportJobs.Filter(null, null, null);
    assertThat(jobs.list(EVE, any, 1, 10).total()).isZero();
    assertThat(jobs.list(MAX, any, 1, 10).items()).containsExactly(done);
    assertThat(jobs.list(MAX, new ReportJobs.Filter("billing", null, null), 1, 10).total())
        .isZero();
    services.get(LogKeeper.class).catchUp();
    assertThat(actions()).containsExactly("report.ordered", "report.made", "report.downloaded");
    assertThat(store().number("SELECT COUNT(*) FROM notice WHERE event = 'report.ready'"))
        .as("who ordered it is told")
        .isEqualTo(1);
  }

  private List<String> actions() {
    List<String> actions = new ArrayList<>();
    for (String action :
        List.of("report.ordered", "report.made", "report.cancelled", "report.downloaded")) {
      long count =
          store().number("SELECT COUNT(*) FROM audit_record WHERE action = '" + action + "'");
      for (long i = 0; i < count; i++) {
        actions.add(action);
      }
    }
    return actions;
  }

  @Test
  default void everyReportAndFormIsMadeWithAProgressThatGrows() {
    TestServices services = services();
    for (String name : Reports.NAMES) {
      List<Double> shares = new ArrayList<>();
      ReportOrder order =
          services
              .get(Reports.class)
              .order(MAX, name, null, name.equals("compliance") ? "soc2" : null);
      services.get(Reports.class).makeBySystem(name, order, shares::add);
      assertThat(shares).as(name).isNotEmpty().isSorted().allMatch(share -> share <= 1);
      for (ReportForm form : ReportForm.values()) {
        long id =
            services
                .get(ReportJobs.class)
                .order(MAX, name, null, name.equals("compliance") ? "soc2" : null, form)
                .id();
        services.get(ReportMaker.class).makeNext();
        assertThat(job(services, id).status()).as("%s %s", name, form).isEqualTo("done");
      }
    }
  }

  @Test
  default void whatANodeLeavesBehindIsTakenUpAgainAndTheOldNodeChangesNothing() {
    TestServices services = services();
    long id = ordered(services, MAX).id();
    ReportJobSteps steps = services.get(ReportJobSteps.class);
    Taken first = steps.take().orElseThrow();
    steps.reached(first, 0.4);
    assertThat(job(services, id).status()).isEqualTo("running");
    assertThat(job(services, id).progress()).isEqualTo(0.4);
    assertThat(steps.take()).as("it is held").isEmpty();

    services.clock().forward(Duration.ofSeconds(50));
    steps.prolong(first);
    services.clock().forward(Duration.ofSeconds(50));
    assertThat(steps.take()).as("it gave a sign").isEmpty();
    services.clock().forward(Duration.ofSeconds(11));
    Taken second = steps.take().orElseThrow();
    assertThat(second.attempt()).isEqualTo(2);
    assertThatThrownBy(() -> steps.reached(first, 0.9)).isInstanceOf(ReportStopped.class);
    steps.finish(first, new byte[] {1});
    steps.fail(first, "too late");
    assertThat(job(services, id).status()).isEqualTo("running");
    steps.finish(second, "made".getBytes(StandardCharsets.UTF_8));
    assertThat(text(services.get(ReportJobs.class).file(MAX, id))).isEqualTo("made");

    long large = ordered(services, MAX).id();
    String text = "0123456789abcdef".repeat(200_000) + "the end";
    steps.finish(steps.take().orElseThrow(), text.getBytes(StandardCharsets.UTF_8));
    assertThat(text(services.get(ReportJobs.class).file(MAX, large))).isEqualTo(text);
  }

  @Test
  default void aCleanStopLetsGoAtOnceAndDoesNotCountAsAnAttempt() {
    TestServices services = services();
    ordered(services, MAX);
    ReportJobSteps steps = services.get(ReportJobSteps.class);
    for (int i = 0; i < 5; i++) {
      Taken taken = steps.take().orElseThrow();
      assertThat(taken.attempt()).isEqualTo(1);
      steps.letGo(taken);
      services.clock().forward(Duration.ofMillis(1));
    }
  }

  @Test
  default void whatNeverWorksFailsAfterThreeAttempts() {
    TestServices services = services();
    long id = ordered(services, MAX).id();
    ReportJobSteps steps = services.get(ReportJobSteps.class);
    for (int i = 1; i <= 3; i++) {
      assertThat(job(services, id).status()).isIn("created", "running");
      steps.retry(steps.take().orElseThrow(), "The store is strange.");
      services.clock().forward(Duration.ofSeconds(11));
    }
    assertThat(job(services, id).status()).isEqualTo("failed");
    assertThat(job(services, id).failure()).isEqualTo("The store is strange.");
    assertThat(steps.take()).isEmpty();

    long interrupted = ordered(services, MAX).id();
    for (int i = 1; i <= 3; i++) {
      assertThat(steps.take()).isPresent();
      services.clock().forward(ReportJob.LEASE.plusSeconds(1));
    }
    assertThat(steps.take()).isEmpty();
    assertThat(job(services, interrupted).failure()).contains("begun 3 times");
    assertThat(store().number("SELECT COUNT(*) FROM notice WHERE event = 'report.failed'"))
        .isEqualTo(2);
  }

  @Test
  default void aCancelledReportStopsWhereItIs() {
    TestServices services = services();
    ReportJobs jobs = services.get(ReportJobs.class);
    ReportJobSteps steps = services.get(ReportJobSteps.class);
    long annes = ordered(services, ANN).id();
    long managers = ordered(services, MAX).id();
    Taken taken = steps.take().orElseThrow();
    refused(ProblemType.FORBIDDEN, () -> jobs.cancel(ANN, managers));
    assertThat(jobs.cancel(MAX, annes).status()).isEqualTo("cancelled");
    assertThatThrownBy(() -> steps.reached(taken, 0.5)).isInstanceOf(ReportStopped.class);
    steps.finish(taken, new byte[] {1});
    assertThat(job(services, annes).status()).isEqualTo("cancelled");
    assertThat(job(services, annes).size()).isNull();
    refused(ProblemType.CONFLICT, () -> jobs.cancel(MAX, annes));
    assertThat(jobs.cancel(MAX, managers).status()).isEqualTo("cancelled");
    assertThat(steps.take()).isEmpty();
  }

  @Test
  default void oneOrganizationsReportsDoNotKeepAnothersWaiting() {
    TestServices services = services("apikeys.reports.at-once", "1");
    ReportJobSteps steps = services.get(ReportJobSteps.class);
    long first = ordered(services, MAX).id();
    long second = ordered(services, MAX).id();
    long others = ordered(services, EVE).id();
    assertThat(steps.take().orElseThrow().id()).isEqualTo(first);
    Taken eves = steps.take().orElseThrow();
    assertThat(eves.id()).isEqualTo(others);
    assertThat(eves.order().organizationId()).isEqualTo(2);
    assertThat(steps.take()).isEmpty();
    services.get(ReportJobs.class).cancel(MAX, first);
    assertThat(steps.take().orElseThrow().id()).isEqualTo(second);
  }

  @Test
  default void thereIsAnEndToWhatAnOrganizationOrders() {
    TestServices services = services();
    for (int i = 0; i < 50; i++) {
      ordered(services, MAX);
    }
    refused(ProblemType.CONFLICT, () -> ordered(services, ANN));
    ordered(services, EVE);
  }

  @Test
  default void twoThatEndAtOnceDoNotWaitForEachOther() {
    TestServices services = services();
    ReportMaker maker = services.get(ReportMaker.class);
    for (int round = 0; round < 10; round++) {
      ordered(services, MAX);
      ordered(services, ANN);
      CompletableFuture<Boolean> other = CompletableFuture.supplyAsync(maker::makeNext);
      maker.makeNext();
      other.join();
    }
    assertThat(store().number("SELECT COUNT(*) FROM report_job WHERE attempts > 1")).isZero();
    assertThat(store().number("SELECT COUNT(*) FROM report_job WHERE status = 'done'"))
        .isEqualTo(20);
  }

  @Test
  default void filesAreBoundedAndForgotten() {
    TestServices services = services("apikeys.reports.kept-megabytes", "1");
    ReportJobSteps steps = services.get(ReportJobSteps.class);
    List<Long> ids = new ArrayList<>();
    byte[] big = new byte[400 << 10];
    Arrays.fill(big, (byte) 7);
    for (int i = 0; i < 3; i++) {
      ids.add(ordered(services, MAX).id());
      Taken taken = steps.take().orElseThrow();
      steps.finish(taken, big);
      steps.shrink(taken);
      services.clock().forward(Duration.ofMinutes(1));
    }
    assertThat(store().number("SELECT COUNT(*) FROM report_file")).as("of 1 MiB").isEqualTo(2);
    refused(ProblemType.NOT_FOUND, () -> job(services, ids.get(0)));
    assertThat(job(services, ids.get(2)).status()).isEqualTo("done");

    services.clock().forward(Duration.ofDays(31));
    store()
        .execute(
            "INSERT INTO legal_hold (id, organization_id, name, reason, created_by, created_at)"
                + " VALUES (1, 1, 'case', 'court', 'admin', 1)");
    steps.tidy();
    assertThat(store().number("SELECT COUNT(*) FROM report_job")).as("held").isEqualTo(2);
    store().execute("DELETE FROM legal_hold");
    steps.tidy();
    assertThat(store().number("SELECT COUNT(*) FROM report_job")).isZero();
    assertThat(store().number("SELECT COUNT(*) FROM report_file")).isZero();
  }

  private static ScheduleDefinition weekly(String name, String... people) {
    return new ScheduleDefinition(
        name,
        null,
        "monthly-usage",
        null,
        "csv",
        "weekly",
        "07:30",
        "friday",
        null,
        "Europe/Vienna",
        List.of(people));
  }

  @Test
  default void aScheduleFollowsAClockThatIsSetRight() {
    TestServices services = services();
    ReportSchedules schedules = services.get(ReportSchedules.class);
    ScheduleView made = schedules.create(MAX, weekly("usage", "ann", "max"));
    ScheduleRunner runner = services.get(ScheduleRunner.class);
    services.clock().forward(Duration.ofDays(250));
    runner.run();
    services.clock().forward(Duration.ofDays(-250));
    runner.run();

    assertThat(schedules.read(ANN, made.id()).nextRunAt()).isEqualTo(made.nextRunAt());
    assertThat(store().number("SELECT COUNT(*) FROM report_job")).isEqualTo(1);
  }

  @Test
  default void aScheduleOrdersOnceAndTellsByMailWithoutTheFile() {
    TestServices services = services("apikeys.mail.host", "127.0.0.1");
    ReportSchedules schedules = services.get(ReportSchedules.class);
    ScheduleView made = schedules.create(MAX, weekly("usage", "ann", "max"));
    // 2026-03-01 is a Sunday
    assertThat(made.nextRunAt()).isEqualTo(Instant.parse("2026-03-06T06:30:00Z"));
    ScheduleRunner runner = services.get(ScheduleRunner.class);
    runner.run();
    assertThat(store().number("SELECT COUNT(*) FROM report_job")).isZero();

    services.clock().forward(Duration.ofDays(20));
    runner.run();
    runner.run();
    services.get(ScheduleSteps.class).run(made.id());
    assertThat(store().number("SELECT COUNT(*) FROM report_job")).as("missed ones").isEqualTo(1);
    ScheduleView ran = schedules.read(ANN, made.id());
    assertThat(ran.nextRunAt()).isEqualTo(Instant.parse("2026-03-27T06:30:00Z"));
    JobView job = job(services, Objects.requireNonNull(ran.lastJobId()));
    assertThat(job.scheduleId()).isEqualTo(made.id());
    assertThat(job.month()).isEqualTo("2026-03");
    assertThat(job.requestedBy()).isEqualTo("max");

    services.get(ReportMaker.class).makeNext();
    assertThat(store().number("SELECT COUNT(*) FROM notice WHERE event = 'report.ready'"))
        .isEqualTo(2);
    assertThat(
            store()
                .number(
                    "SELECT COUNT(*) FROM mail WHERE recipient = 'ann@example.com'"
                        + " AND body LIKE '%/console/reports/made%'"))
        .isEqualTo(1);
    refused(ProblemType.NOT_FOUND, () -> schedules.read(EVE, made.id()));
    refused(ProblemType.NOT_FOUND, () -> schedules.delete(EVE, made.id(), null));
    refused(
        ProblemType.PRECONDITION_FAILED, () -> schedules.delete(MAX, made.id(), Expected.of(99)));
    schedules.delete(MAX, made.id(), null);
    refused(ProblemType.NOT_FOUND, () -> schedules.read(MAX, made.id()));
  }

  @Test
  default void whoMayNoLongerReadReportsIsNotTold() {
    TestServices services = services("apikeys.mail.host", "127.0.0.1");
    ReportSchedules schedules = services.get(ReportSchedules.class);
    long id = schedules.create(MAX, weekly("usage", "ann", "max")).id();
    store().execute("UPDATE person SET is_active = FALSE WHERE username = 'ann'");
    services.clock().forward(Duration.ofDays(7));
    services.get(ScheduleRunner.class).run();
    services.get(ReportMaker.class).makeNext();
    assertThat(store().number("SELECT COUNT(*) FROM mail")).isZero();
    assertThat(store().number("SELECT COUNT(*) FROM notice WHERE person_key = 'max'")).isOne();

    store().execute("UPDATE person SET is_active = FALSE WHERE username = 'max'");
    services.clock().forward(Duration.ofDays(7));
    services.get(ScheduleRunner.class).run();
    assertThat(store().number("SELECT COUNT(*) FROM report_job")).isEqualTo(1);
    ScheduleView off = schedules.read(Orders.admin(), id);
    assertThat(off.definition().active()).isFalse();
    assertThat(off.nextRunAt()).isNull();
  }

  @Test
  default void aScheduleThatCouldNotWorkIsRefusedWithItsField() {
    TestServices services = services();
    ReportSchedules schedules = services.get(ReportSchedules.class);
    invalid(schedules, weekly("usage", "ann", "dora"), "recipients[1]");
    invalid(schedules, weekly("usage", "eve"), "recipients[0]");
    invalid(schedules, weekly("usage"), "recipients");
    invalid(schedules, weekly(" ", "ann"), "name");
    invalid(schedules, definition("horoscope", null, "daily", null, null, "UTC"), "report");
    invalid(schedules, definition("compliance", null, "daily", null, null, "UTC"), "framework");
    invalid(schedules, definition("billing", "soc2", "daily", null, null, "UTC"), "framework");
    invalid(schedules, definition("billing", null, "hourly", null, null, "UTC"), "every");
    invalid(schedules, definition("billing", null, "daily", "monday", null, "UTC"), "day_of_week");
    invalid(schedules, definition("billing", null, "monthly", null, 32, "UTC"), "day_of_month");
    invalid(schedules, definition("billing", null, "weekly", null, 3, "UTC"), "day_of_month");
    invalid(schedules, definition("billing", null, "daily", null, null, "Mars/Olympus"), "zone");
    for (int i = 0; i < 50; i++) {
      schedules.create(MAX, weekly("usage " + i, "ann"));
    }
    refused(ProblemType.CONFLICT, () -> schedules.create(MAX, weekly("one more", "ann")));
  }

  private static ScheduleDefinition definition(
      String report,
      @Nullable String framework,
      String every,
      @Nullable String dayOfWeek,
      @Nullable Integer dayOfMonth,
      String zone) {
    return new ScheduleDefinition(
        "a name",
        true,
        report,
        framework,
        "pdf",
        every,
        "06:00",
        dayOfWeek,
        dayOfMonth,
        zone,
        List.of("ann"));
  }

  private static void invalid(ReportSchedules schedules, ScheduleDefinition wanted, String field) {
    assertThatThrownBy(() -> schedules.create(MAX, wanted))
        .isInstanceOfSatisfying(
            ProblemException.class,
            e -> assertThat(e.errors()).anyMatch(error -> error.field().equals(field)));
  }
}
