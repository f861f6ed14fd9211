package org.apikeys.key;

import static org.apikeys.key.Orders.aKey;
import static org.apikeys.key.Orders.admin;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.apikeys.api.problem.ProblemException;
import org.apikeys.key.KeyForecast.Upcoming;
import org.apikeys.store.TestServices;
import org.apikeys.store.TestStore;
import org.junit.jupiter.api.Test;

/** What time does to keys, with the clock moved past every deadline. */
interface KeyLifecycleContract {
  TestStore store();

  private TestServices services() {
    TestServices services = new TestServices(store().emptied());
    store().addPerson(1, TestStore.DEFAULT, "admin", "admin");
    return services;
  }

  private static long issue(TestServices services, Map<String, ?> fields) {
    return services
        .get(KeyIssuer.class)
        .issue(admin(), Orders.with(aKey("living"), fields))
        .view()
        .id();
  }

  private List<Object> told() {
    return store().column("SELECT title FROM notice ORDER BY id");
  }

  private long warnings() {
    return store().number("SELECT COUNT(*) FROM notice WHERE event = 'key.expiring'");
  }

  private static void pass(TestServices services, Duration time) {
    services.clock().forward(time);
    services.get(KeyLifecycle.class).run();
    services.get(KeyLifecycle.class).run();
  }

  private static String status(TestServices services, long id) {
    return services.get(KeyReader.class).read(admin(), id).status();
  }

  @Test
  default void warnsOnceForEachThresholdThenEndsAndArchives() {
    TestServices services = services();
    Instant end = services.clock().instant().plus(Duration.ofDays(60));
    long id = issue(services, Map.of("expires_at", end.toString()));
    pass(services, Duration.ofDays(10));
    assertThat(told()).isEmpty();

    pass(services, Duration.ofDays(20).plusSeconds(1));
    pass(services, Duration.ofDays(1));
    assertThat(told()).singleElement().asString().contains("days left: 30");
    pass(services, Duration.ofDays(22));
    assertThat(told()).hasSize(2).last().asString().contains("days left: 7");
    pass(services, Duration.ofDays(6));
    assertThat(told()).hasSize(3).last().asString().contains("days left: 1");

    pass(services, Duration.ofDays(2));
    assertThat(status(services, id)).isEqualTo("expired");
    assertThat(told()).hasSize(4).last().asString().contains("has expired");
    pass(services, Duration.ofDays(31));
    assertThat(status(services, id)).isEqualTo("archived");
    assertThat(told()).hasSize(5);
    Instant later = services.clock().instant().plus(Duration.ofDays(5));
    assertThatThrownBy(() -> services.get(KeyKeeper.class).renew(admin(), id, later, null))
        .isInstanceOf(ProblemException.class);
    assertThat(services.get(KeyHistory.class).versions(admin(), id, 1, 10).items())
        .extracting(KeyHistory.Version::status)
        .containsExactly("archived", "expired", "active");
  }

  @Test
  default void aKeyWhoseGraceIsOverIsNotSaidToBeRenewable() {
    TestServices services = services();
    Instant end = services.clock().instant().plus(Duration.ofDays(20));
    long id = issue(services, Map.of("expires_at", end.toString()));
    // no server ran meanwhile
    pass(services, Duration.ofDays(60));
    assertThat(status(services, id)).isEqualTo("archived");
    assertThat(told()).singleElement().asString().contains("is archived");
    assertThat(services.get(KeyHistory.class).versions(admin(), id, 1, 10).items())
        .extracting(KeyHistory.Version::status)
        .containsExactly("archived", "expired", "active");
  }

  /** Of more than are looked at in one run, another one may be archived first. */
  @Test
  default void aKeyIsNotArchivedWithoutARecordOfItsEnd() {
    TestServices services = services();
    Instant end = services.clock().instant().plus(Duration.ofDays(20));
    long id = issue(services, Map.of("expires_at", end.toString()));
    services.clock().forward(Duration.ofDays(60));
    services.get(KeySteps.class).archive(id);
    assertThat(services.get(KeyHistory.class).versions(admin(), id, 1, 10).items())
        .extracting(KeyHistory.Version::status)
        .containsExactly("archived", "expired", "active");
  }

  @Test
  default void aWarningSaysHowLongThereIsAndNotWhichThresholdWasPassed() {
    TestServices services = services();
    long id = issue(services, Map.of());
    pass(services, Duration.ofDays(40));
    Instant end = services.clock().instant().plus(Duration.ofDays(2)).plus(Duration.ofHours(1));
    services.get(KeyKeeper.class).renew(admin(), id, end, null);
    pass(services, Duration.ofMinutes(1));
    assertThat(told()).singleElement().asString().contains("expires, days left: 3");
  }

  /** One that can't be read, by a damaged row for example, keeps nobody from being warned. */
  @Test
  default void aKeyThatFailsKeepsNoOtherFromItsSteps() {
    TestServices services = services();
    String end = services.clock().instant().plus(Duration.ofDays(60)).toString();
    long broken = issue(services, Map.of("expires_at", end));
    issue(services, Map.of("name", "whole", "expires_at", end));
    store().execute("UPDATE api_key SET configuration = '{' WHERE id = " + broken);
    services.clock().forward(Duration.ofDays(55));
    KeyLifecycle lifecycle = services.get(KeyLifecycle.class);
    assertThatThrownBy(lifecycle::run).isInstanceOf(RuntimeException.class);
    assertThat(told()).singleElement().asString().contains("\"whole\" expires");
  }

  @Test
  default void aRenewedKeyIsWarnedOfAnew() {
    TestServices services = services();
    Instant end = services.clock().instant().plus(Duration.ofDays(40));
    long id = issue(services, Map.of("expires_at", end.toString()));
    pass(services, Duration.ofDays(35));
    assertThat(warnings()).isEqualTo(1);
    services.get(KeyKeeper.class).renew(admin(), id, end.plus(Duration.ofDays(60)), null);
    pass(services, Duration.ofDays(1));
    assertThat(warnings()).isEqualTo(1);
    pass(services, Duration.ofDays(62));
    assertThat(warnings()).isEqualTo(2);
  }

  @Test
  default void aShortLifeIsNotWarnedOf() {
    TestServices services = services();
    issue(services, Map.of("type", "temporary"));
    pass(services, Duration.ofHours(1));
    assertThat(told()).isEmpty();
  }

  @Test
  default void remindsOfRotationUntilItIsDone() {
    TestServices services = services();
    long id = issue(services, Map.of("rotation", Map.of("every", "P90D", "overlap", "P7D")));
    pass(services, Duration.ofDays(89));
    assertThat(told()).isEmpty();
    pass(services, Duration.ofDays(2));
    pass(services, Duration.ofDays(8));
    assertThat(told().stream().filter(one -> one.toString().contains("rotation"))).hasSize(2);

    services.get(SecretKeeper.class).rotate(admin(), id, null, null);
    pass(services, Duration.ofDays(20));
    assertThat(told().stream().filter(one -> one.toString().contains("rotation"))).hasSize(2);
  }

  @Test
  default void asksAboutKeysThatNobodyUses() {
    TestServices services = services();
    issue(services, Map.of());
    pass(services, Duration.ofDays(89));
    assertThat(told()).isEmpty();
    pass(services, Duration.ofDays(2));
    pass(services, Duration.ofDays(2));
    assertThat(told()).singleElement().asString().contains("not used");
  }

  /** As after months in which no server ran. */
  @Test
  default void asksOnceAboutAllKeysOfSomebodyThatNobodyUses() {
    TestServices services = services();
    for (int i = 0; i < 30; i++) {
      issue(services, Map.of("name", "idle " + i));
    }
    pass(services, Duration.ofDays(200));
    pass(services, Duration.ofDays(2));
    assertThat(told()).singleElement().asString().contains("not used: 30");
    assertThat(store().column("SELECT body FROM notice"))
        .singleElement()
        .asString()
        .contains("\"idle 0\"", "\"idle 24\" and 5 more");
    pass(services, Duration.ofDays(90));
    assertThat(told()).hasSize(2);
  }

  @Test
  default void aKeyOfATypeWithOneLifeIsNotSaidToBeRenewable() {
    TestServices services = services();
    for (String type : List.of("emergency", "temporary")) {
      issue(services, Map.of("type", type));
    }
    pass(services, Duration.ofDays(2));
    assertThat(told()).hasSize(2).allMatch(one -> one.toString().contains("has ended"));
    assertThat(store().column("SELECT body FROM notice"))
        .noneMatch(one -> one.toString().contains("renewed"));
  }

  /** The secret before it works no longer than until the next one is due. */
  @Test
  default void anOverlapThatNobodyNamesIsNoLongerThanItsRuleRepeats() {
    TestServices services = services();
    long id = issue(services, Map.of("rotation", Map.of("every", "PT6H")));
    Instant now = services.clock().instant();
    assertThat(services.get(SecretKeeper.class).rotate(admin(), id, null, null).previousExpiresAt())
        .isEqualTo(now.plus(Duration.ofHours(6)));
  }

  @Test
  default void revokedKeysAreArchivedAndSaidToBe() {
    TestServices services = services();
    long id = issue(services, Map.of());
    services.get(KeyKeeper.class).revoke(admin(), id, "done", null);
    pass(services, Duration.ofDays(89));
    assertThat(status(services, id)).isEqualTo("revoked");
    pass(services, Duration.ofDays(2));
    assertThat(status(services, id)).isEqualTo("archived");
    KeyFilter archived =
        new KeyFilter(
            KeyStatus.ARCHIVED, null, null, null, null, null, null, KeyFilter.Sort.ID, false);
    assertThat(services.get(KeyReader.class).list(admin(), archived, 1, 10).total()).isEqualTo(1);
  }

  @Test
  default void saysWhatWillHappenWhen() {
    TestServices services = services();
    Instant now = services.clock().instant();
    issue(
        services,
        Map.of(
            "expires_at",
            now.plus(Duration.ofDays(20)).toString(),
            "rotation",
            Map.of("every", "P10D")));
    issue(services, Map.of("expires_at", now.plus(Duration.ofDays(400)).toString()));
    KeyForecast forecast = services.get(KeyForecast.class);

    assertThat(forecast.upcoming(admin(), Duration.ofDays(30), 1, 10).items())
        .extracting(Upcoming::event)
        .containsExactly("rotation_due", "expires");
    assertThat(forecast.upcoming(admin(), Duration.ofDays(60), 2, 2).items())
        .extracting(Upcoming::event)
        .containsExactly("archived");
    assertThat(forecast.upcoming(admin(), Duration.ofDays(60), 1, 10).total()).isEqualTo(3);
    assertThat(forecast.upcoming(Orders.DORA, Duration.ofDays(60), 1, 10).items()).isEmpty();
  }

  @Test
  default void anOldSecretCanBeRetiredBeforeItsOverlapEnds() {
    TestServices services = services();
    SecretKeeper secrets = services.get(SecretKeeper.class);
    IssuedKey first = services.get(KeyIssuer.class).issue(admin(), aKey("rotated"));
    long id = first.view().id();
    secrets.rotate(admin(), id, Duration.ofDays(7), null);
    assertThatThrownBy(() -> secrets.retire(admin(), id, 2)).isInstanceOf(ProblemException.class);
    assertThatThrownBy(() -> secrets.retire(admin(), id, 9)).isInstanceOf(ProblemException.class);
    secrets.retire(admin(), id, 1);
    assertThat(services.get(KeyReader.class).generations(admin(), id).get(1).retiredAt())
        .isEqualTo(services.clock().instant());
  }
}
