package org.apikeys.alert;

import static org.apikeys.key.Orders.MAX;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apikeys.api.alert.AlertKind;
import org.apikeys.api.alert.Concern;
import org.apikeys.api.alert.Severity;
import org.apikeys.api.limit.LimitsAdapted;
import org.apikeys.api.problem.ProblemException;
import org.apikeys.api.problem.ProblemType;
import org.apikeys.api.tenant.Caller;
import org.apikeys.check.Expected;
import org.apikeys.key.KeyIssuer;
import org.apikeys.key.KeyReader;
import org.apikeys.key.KeySafety;
import org.apikeys.key.Orders;
import org.apikeys.limit.Adaptation;
import org.apikeys.notice.Inbox;
import org.apikeys.store.TestServices;
import org.apikeys.store.TestStore;
import org.junit.jupiter.api.Test;

/** What becomes of concerns, and of the alerts that they become. */
interface AlertContract {
  AlertFilter ANY = new AlertFilter(null, null, null, null, null, null);

  TestStore store();

  private TestServices services() {
    TestServices services = new TestServices(store().emptied(), Map.of());
    store().addPerson(1, TestStore.DEFAULT, "admin", "admin");
    store().addPerson(2, TestStore.DEFAULT, "dora", "developer");
    store().addPerson(3, TestStore.DEFAULT, "max", "manager");
    return services;
  }

  private static Concern plugin(String subject) {
    return Concern.about(1, AlertKind.PLUGIN_QUARANTINED, subject, "It does not load.");
  }

  private static void raise(TestServices services, Concern concern) {
    services.get(ConcernInbox.class).onConcern(concern);
    services.get(AlertWork.class).run();
  }

  private static List<AlertView> all(TestServices services) {
    return services.get(Alerts.class).list(MAX, ANY, 1, 100).items();
  }

  private static AlertView only(TestServices services) {
    assertThat(all(services)).hasSize(1);
    return all(services).get(0);
  }

  private static void conflicts(Runnable step) {
    assertThatThrownBy(step::run)
        .isInstanceOfSatisfying(
            ProblemException.class,
            problem -> assertThat(problem.type()).isEqualTo(ProblemType.CONFLICT));
  }

  @Test
  default void theSameIsOneAlertThatCounts() {
    TestServices services = services();
    services.get(NotedConcerns.class).note(plugin("a.jar"));
    services.get(NotedConcerns.class).note(plugin("a.jar"));
    raise(services, plugin("a.jar").as(Severity.INFO));
    AlertView first = only(services);
    assertThat(first.occurrences()).isEqualTo(3);
    assertThat(first.severity()).isEqualTo("warning");
    assertThat(first.status()).isEqualTo("open");

    services.clock().forward(Duration.ofMinutes(5));
    raise(services, plugin("a.jar").as(Severity.CRITICAL).times(4));
    AlertView again = only(services);
    assertThat(again.occurrences()).isEqualTo(7);
    assertThat(again.severity()).isEqualTo("critical");
    assertThat(again.firstSeen()).isEqualTo(first.firstSeen());
    assertThat(again.lastSeen()).isEqualTo(services.clock().instant());

    raise(services, plugin("b.jar"));
    assertThat(all(services)).hasSize(2);
    assertThat(store().number("SELECT COUNT(*) FROM alert_concern")).isZero();
    assertThat(services.get(Inbox.class).unread(MAX)).as("told once each").isEqualTo(2);
  }

  @Test
  default void whatIsLessSevereLeavesWhatIsSaid() {
    TestServices services = services();
    raise(services, leak("It is revoked."));
    services.clock().forward(Duration.ofMinutes(5));
    raise(services, leak("It had ended before.").as(Severity.INFO));
    AlertView alert = only(services);
    assertThat(alert.detail()).isEqualTo("It is revoked.");
    assertThat(alert.severity()).isEqualTo("critical");
    assertThat(alert.occurrences()).isEqualTo(2);
    assertThat(alert.lastSeen()).isEqualTo(services.clock().instant());
    raise(services, leak("It is suspended."));
    assertThat(only(services).detail()).isEqualTo("It is suspended.");
  }

  /** Two reports of a leak within a second are told of together. */
  @Test
  default void whatIsMostSevereIsSaidOfWhatCameAtOnce() {
    TestServices services = services();
    services.get(ConcernInbox.class).onConcern(leak("It is revoked."));
    raise(services, leak("It had ended before.").as(Severity.INFO));
    AlertView alert = only(services);
    assertThat(alert.detail()).isEqualTo("It is revoked.");
    assertThat(alert.severity()).isEqualTo("critical");
    assertThat(alert.occurrences()).isEqualTo(2);
    services.get(ConcernInbox.class).onConcern(leak("It is suspended."));
    raise(services, leak("It had ended before.").as(Severity.INFO));
    assertThat(only(services).detail()).isEqualTo("It is suspended.");
  }

  private static Concern leak(String done) {
    return Concern.about(1, AlertKind.KEY_LEAKED, "key-7", done);
  }

  @Test
  default void whatIsRolledBackIsNoConcern() {
    TestServices services = services();
    assertThatThrownBy(
            () ->
                store()
                    .inTransaction(
                        () -> {
                          services.get(ConcernInbox.class).onConcern(plugin("a.jar"));
                          throw new IllegalStateException("no");
                        }))
        .isInstanceOf(IllegalStateException.class);
    services.get(AlertWork.class).run();
    assertThat(all(services)).isEmpty();
  }

  @Test
  default void peopleLeadItThroughItsLife() {
    TestServices services = services();
    Alerts alerts = services.get(Alerts.class);
    raise(services, plugin("a.jar"));
    long id = only(services).id();

    conflicts(() -> alerts.reopen(MAX, id, null, null));
    AlertView mine = alerts.acknowledge(MAX, id, "I look", null);
    assertThat(mine.status()).isEqualTo("acknowledged");
    assertThat(mine.acknowledgedBy()).isEqualTo("max");
    conflicts(() -> alerts.acknowledge(MAX, id, null, null));
    assertThatThrownBy(() -> alerts.resolve(MAX, id, "done", Expected.of(mine.version() + 1)))
        .isInstanceOfSatisfying(
            ProblemException.class,
            problem -> assertThat(problem.type()).isEqualTo(ProblemType.PRECONDITION_FAILED));
    assertThat(alerts.resolve(MAX, id, "fixed", Expected.of(mine.version())).comment())
        .isEqualTo("fixed");
    conflicts(() -> alerts.resolve(MAX, id, null, null));

    raise(services, plugin("a.jar"));
    assertThat(all(services)).as("what happens after the end is another").hasSize(2);
    conflicts(() -> alerts.reopen(MAX, id, null, null));
    alerts.resolve(MAX, all(services).get(0).id(), null, null);
    AlertView reopened = alerts.reopen(MAX, id, "again", null);
    assertThat(reopened.status()).isEqualTo("open");
    assertThat(reopened.resolvedBy()).isNull();
    raise(services, plugin("a.jar"));
    assertThat(alerts.read(MAX, id).occurrences()).isEqualTo(2);
    assertThat(alerts.counts(MAX))
        .satisfies(
            counts -> {
              assertThat(counts.open()).isEqualTo(1);
              assertThat(counts.resolved()).isEqualTo(1);
              assertThat(counts.bySeverity())
                  .containsEntry("warning", 1L)
                  .containsEntry("critical", 0L);
            });
  }

  @Test
  default void anOrganizationSeesItsOwnAlone() {
    TestServices services = services();
    store().addOrganization(2);
    raise(services, Concern.about(2, AlertKind.SIGN_IN_LOCKED, "eve", "Ten failures."));
    assertThat(all(services)).isEmpty();
    Caller other = Orders.person(9, "otto", 2, "admin");
    long id = services.get(Alerts.class).list(other, ANY, 1, 10).items().get(0).id();
    assertThatThrownBy(() -> services.get(Alerts.class).acknowledge(MAX, id, null, null))
        .isInstanceOfSatisfying(
            ProblemException.class,
            problem -> assertThat(problem.type()).isEqualTo(ProblemType.NOT_FOUND));
  }

  @Test
  default void itIsFoundByWhatItIs() {
    TestServices services = services();
    raise(services, plugin("a.jar"));
    services.clock().forward(Duration.ofHours(1));
    raise(services, Concern.aboutKey(1, AlertKind.THROTTLED, 7, "It keeps at its limit."));
    Alerts alerts = services.get(Alerts.class);
    assertThat(alerts.list(MAX, new AlertFilter(null, null, null, 7L, null, null), 1, 10).items())
        .singleElement()
        .satisfies(alert -> assertThat(alert.keyId()).isEqualTo("key-7"));
    assertThat(
            alerts
                .list(
                    MAX,
                    new AlertFilter("open", "warning", "plugin_quarantined", null, null, null),
                    1,
                    10)
                .total())
        .isEqualTo(1);
    assertThat(
            alerts
                .list(
                    MAX,
                    new AlertFilter(null, null, null, null, services.clock().instant(), null),
                    1,
                    10)
                .items())
        .extracting(AlertView::kind)
        .containsExactly("throttled");
  }

  @Test
  default void anEmergencyKeyAndTightenedLimitsAreTold() {
    TestServices services = services();
    String end = services.clock().instant().plus(Duration.ofMinutes(30)).toString();
    long key =
        services
            .get(KeyIssuer.class)
            .issue(
                Orders.admin(),
                Orders.from(
                    "{\"name\": \"night\", \"type\": \"emergency\", \"expires_at\": \""
                        + end
                        + "\"}"))
            .view()
            .id();
    services.get(LimitNews.class).onAdapted(new LimitsAdapted(key, 1, 50, 100, "error_rate"));
    services.get(LimitNews.class).onAdapted(new LimitsAdapted(key, 1, 100, 50, "error_rate"));
    services.get(AlertWork.class).run();
    assertThat(all(services))
        .extracting(AlertView::kind)
        .containsExactlyInAnyOrder("emergency_key", "limits_adapted");
    assertThat(all(services))
        .allSatisfy(
            alert -> {
              assertThat(alert.keyId()).isEqualTo("key-" + key);
              assertThat(alert.detail()).contains("night");
            });
  }

  @Test
  default void whatTheSystemDoesToAKeyCanBeTakenBack() {
    TestServices services = services();
    long key = services.get(KeyIssuer.class).issue(Orders.admin(), Orders.aKey("kept")).view().id();
    KeySafety safety = services.get(KeySafety.class);
    assertThat(safety.suspend(key, "test")).isTrue();
    assertThat(safety.suspend(key, "test")).as("twice").isFalse();
    KeyReader reader = services.get(KeyReader.class);
    assertThat(reader.read(Orders.admin(), key).active()).isFalse();
    assertThat(safety.resume(key, "test")).isTrue();
    assertThat(reader.read(Orders.admin(), key).active()).isTrue();
    assertThat(safety.throttle(key, 10, "test")).isTrue();
    KeyReader.LimitState throttled = reader.limits(Orders.admin(), key);
    assertThat(throttled.tightened())
        .as("no call was made since")
        .isEqualTo(new Adaptation(10, "alert"));
    assertThat(throttled.minute().allowance().limit()).isEqualTo(10);
    assertThat(safety.throttle(key, null, "test")).isTrue();
    assertThat(reader.limits(Orders.admin(), key).tightened()).isNull();
  }
}
