package org.apikeys.key;

import static org.apikeys.key.Orders.aKey;
import static org.apikeys.key.Orders.admin;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.groups.Tuple.tuple;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apikeys.api.verify.DecisionCode;
import org.apikeys.cluster.ChangeReader;
import org.apikeys.restriction.IpRules;
import org.apikeys.restriction.Restrictions;
import org.apikeys.store.TestServices;
import org.apikeys.store.TestStore;
import org.apikeys.verify.Attempt;
import org.apikeys.verify.Trials;
import org.apikeys.verify.Verifier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Proposals on trial: what they would have refused is counted, exactly, and nothing refused. */
interface KeyTrialsContract {
  Restrictions OFFICE =
      new Restrictions(new IpRules(List.of("192.0.2.0/24"), List.of()), List.of());

  TestStore store();

  private TestServices services() {
    TestServices services = new TestServices(store().emptied());
    store().addPerson(1, TestStore.DEFAULT, "admin", "admin");
    services.get(ChangeReader.class).read();
    return services;
  }

  private static TrialReport begin(TestServices services, IssuedKey key, Restrictions tried) {
    TrialReport begun =
        services
            .get(KeyTrials.class)
            .begin(
                admin(),
                key.view().id(),
                before -> before.narrowedTo(before.scopes(), before.permissionSets(), tried),
                Duration.ofHours(1));
    services.get(ChangeReader.class).read();
    return begun;
  }

  private static void call(TestServices services, IssuedKey key, String address) {
    assertThat(
            services
                .get(Verifier.class)
                .decide(
                    key.secret().reveal(),
                    TestStore.DEFAULT,
                    new Attempt(null, address, null, null, 0))
                .code())
        .isEqualTo(DecisionCode.VALID);
  }

  private static Optional<TrialReport> read(TestServices services, IssuedKey key) {
    return services.get(KeyTrials.class).read(admin(), key.view().id());
  }

  @Test
  default void addsUpFlushByFlushUntilItsEnd() {
    TestServices services = services();
    IssuedKey key = services.get(KeyIssuer.class).issue(admin(), aKey("tried"));
    call(services, key, "203.0.113.1");
    assertThat(read(services, key)).isEmpty();
    begin(services, key, OFFICE);
    Trials trials = services.get(Trials.class);

    call(services, key, "203.0.113.1");
    call(services, key, "192.0.2.1");
    trials.flush();
    call(services, key, "203.0.113.1");
    call(services, key, "203.0.113.2");
    trials.flush();
    trials.flush();

    TrialReport report = read(services, key).orElseThrow();
    assertThat(report.judged()).isEqualTo(4);
    assertThat(report.refused()).isEqualTo(3);
    assertThat(report.byCode()).containsExactly(Map.entry("IP_NOT_ALLOWED", 3L));
    assertThat(report.refusals())
        .extracting(TrialReport.Refusal::item, TrialReport.Refusal::calls)
        .containsExactly(tuple("203.0.113.1", 2L), tuple("203.0.113.2", 1L));
    assertThat(report.proposal().restrictions()).isEqualTo(OFFICE);

    services.clock().forward(Duration.ofHours(1));
    call(services, key, "203.0.113.1");
    trials.flush();
    TrialReport ended = read(services, key).orElseThrow();
    assertThat(ended.ended()).isTrue();
    assertThat(ended.judged()).as("nothing after its end").isEqualTo(4);
  }

  @Test
  default void callsAreLentAheadAgainOnceTheTrialIsOver() {
    TestServices services = services();
    IssuedKey key = services.get(KeyIssuer.class).issue(admin(), aKey("tried"));
    begin(services, key, OFFICE);
    assertThat(lent(services, key)).isNull();

    services.clock().forward(Duration.ofHours(1));
    services.get(ChangeReader.class).read();
    assertThat(lent(services, key)).isNotNull();
  }

  private static Verifier.@Nullable Lent lent(TestServices services, IssuedKey key) {
    Verifier verifier = services.get(Verifier.class);
    Attempt attempt = new Attempt(null, "203.0.113.1", null, null, 0);
    return verifier.lend(verifier.decide(key.secret().reveal(), TestStore.DEFAULT, attempt), 5);
  }

  @Test
  default void tellsAHundredThingsApartAndCountsTheRest() {
    TestServices services = services();
    IssuedKey key =
        services.get(KeyIssuer.class).issue(admin(), Orders.withLimit(aKey("tried"), 1_000L));
    begin(services, key, OFFICE);
    for (int i = 0; i < 150; i++) {
      call(services, key, "203.0.113." + i);
    }
    services.get(Trials.class).flush();

    TrialReport report = read(services, key).orElseThrow();
    assertThat(report.refused()).isEqualTo(150);
    assertThat(report.refusals()).hasSize(100);
    assertThat(report.refusals().get(0).item()).isEqualTo(TrialReport.MORE);
    assertThat(report.refusals().get(0).calls()).isEqualTo(50);
  }

  @Test
  default void whatCouldNotBeWrittenIsWrittenLater() {
    TestServices services = services();
    IssuedKey key = services.get(KeyIssuer.class).issue(admin(), aKey("tried"));
    begin(services, key, OFFICE);
    call(services, key, "203.0.113.1");
    Trials trials = services.get(Trials.class);
    store().execute("ALTER TABLE key_trial_count ADD CONSTRAINT full_up CHECK (calls < 0)");
    try {
      assertThatThrownBy(trials::flush).isInstanceOf(RuntimeException.class);
    } finally {
      store().execute("ALTER TABLE key_trial_count DROP CONSTRAINT full_up");
    }
    trials.flush();

    assertThat(read(services, key).orElseThrow().refused()).isEqualTo(1);
  }

  @Test
  default void isReplacedEndedAndForgotten() {
    TestServices services = services();
    IssuedKey key = services.get(KeyIssuer.class).issue(admin(), aKey("tried"));
    begin(services, key, OFFICE);
    call(services, key, "203.0.113.1");
    Trials trials = services.get(Trials.class);
    services.clock().forward(Duration.ofSeconds(1));
    begin(services, key, new Restrictions(IpRules.NONE, List.of("https://app.example.com/*")));
    // another node may write what it had counted for the one before
    trials.flush();
    assertThat(read(services, key).orElseThrow().judged()).isZero();

    Instant longAfter = services.clock().instant().plus(Duration.ofDays(91));
    services.get(TrialStore.class).prune(services.clock().instant());
    assertThat(store().number("SELECT COUNT(*) FROM key_trial_count")).isZero();
    assertThat(read(services, key)).isPresent();
    services.get(TrialStore.class).prune(longAfter);
    assertThat(read(services, key)).isEmpty();

    begin(services, key, OFFICE);
    services.get(KeyTrials.class).end(admin(), key.view().id());
    assertThat(read(services, key)).isEmpty();
  }
}
