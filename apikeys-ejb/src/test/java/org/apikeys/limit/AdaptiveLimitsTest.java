package org.apikeys.limit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apikeys.api.limit.LimitsAdapted;
import org.apikeys.api.verify.CallCounts;
import org.apikeys.api.verify.CallsCounted;
import org.apikeys.key.KeyIssuer;
import org.apikeys.key.Orders;
import org.apikeys.store.TestServices;
import org.apikeys.store.TestStore;
import org.apikeys.store.Told;
import org.junit.jupiter.api.Test;

class AdaptiveLimitsTest {
  private static final long KEY = 7;
  private static final WindowLimits LIMITS =
      new WindowLimits(WindowLimits.NONE, 100, WindowLimits.NONE, 1_000);

  private static final String ERRORS =
      "[{'signal': 'error_rate', 'above': 0.5, 'calls': 10, 'percent': 50, 'least': 20,"
          + " 'loosen_after': 'PT1M'}]";

  private TestServices with(String rules) throws IOException {
    Path file = TestStore.newFolder().resolve("rules.json");
    Files.writeString(file, rules.replace('\'', '"'));
    return new TestServices(
        TestStore.derby().emptied(), Map.of("apikeys.limits.adaptive", file.toString()));
  }

  private static long perMinute(TestServices services) {
    return services.get(Counters.class).of(KEY).adapted(LIMITS).minute();
  }

  private static void end(TestServices services, int calls, int status, long micros) {
    for (int i = 0; i < calls; i++) {
      services.get(AdaptiveLimits.class).ended(KEY, status, micros);
    }
  }

  private static void after(TestServices services, Duration time) {
    for (long i = 0; i < time.toSeconds(); i += 5) {
      services.clock().forward(Duration.ofSeconds(5));
      services.get(AdaptiveLimits.class).adapt();
    }
  }

  @Test
  void tightensAKeyWhoseCallsFailAndLoosensItStepByStep() throws IOException {
    TestServices services = with(ERRORS);
    end(services, 6, 200, 1_000);
    end(services, 5, 500, 1_000);
    after(services, Duration.ofSeconds(5));
    assertThat(perMinute(services)).as("5 of 11").isEqualTo(100);

    end(services, 2, 503, 1_000);
    after(services, Duration.ofSeconds(5));
    assertThat(perMinute(services)).as("7 of 13").isEqualTo(50);
    assertThat(services.get(Counters.class).of(KEY).adaptation())
        .isEqualTo(new Adaptation(50, "error_rate"));
    after(services, Duration.ofSeconds(30));
    assertThat(perMinute(services)).as("one step for one cause").isEqualTo(50);

    end(services, 20, 500, 1_000);
    after(services, Duration.ofSeconds(5));
    assertThat(perMinute(services)).isEqualTo(25);
    end(services, 20, 500, 1_000);
    after(services, Duration.ofSeconds(5));
    end(services, 20, 500, 1_000);
    after(services, Duration.ofSeconds(5));
    assertThat(perMinute(services)).as("never below what stays").isEqualTo(20);

    after(services, Duration.ofSeconds(60));
    assertThat(perMinute(services)).isEqualTo(41);
    after(services, Duration.ofSeconds(60));
    assertThat(perMinute(services)).isEqualTo(83);
    after(services, Duration.ofSeconds(60));
    assertThat(perMinute(services)).isEqualTo(100);
    assertThat(services.get(Counters.class).of(KEY).adaptation()).isNull();
  }

  @Test
  void loosensNothingOfAKeyThatGoesOnAsBefore() throws IOException {
    TestServices services = with(ERRORS);
    List<Long> counted = new ArrayList<>();
    for (int i = 0; i < 30; i++) {
      end(services, 20, 500, 1_000);
      after(services, Duration.ofSeconds(5));
      counted.add(perMinute(services));
    }
    assertThat(counted).startsWith(50L, 25L, 20L);
    assertThat(counted.subList(3, 30)).as("two minutes and more of errors").containsOnly(20L);
    after(services, Duration.ofSeconds(55));
    assertThat(perMinute(services)).as("not yet a minute better").isEqualTo(20);
    after(services, Duration.ofSeconds(5));
    assertThat(perMinute(services)).isEqualTo(41);
  }

  @Test
  void tightensASlowKey() throws IOException {
    TestServices services =
        with(
            "[{'signal': 'latency', 'above': 2.0, 'calls': 5, 'percent': 30, 'least': 10,"
                + " 'loosen_after': 'PT1M'}]");
    end(services, 5, 200, 1_900_000);
    after(services, Duration.ofSeconds(5));
    assertThat(perMinute(services)).isEqualTo(100);
    end(services, 5, 200, 2_200_000);
    after(services, Duration.ofSeconds(5));
    assertThat(perMinute(services)).isEqualTo(30);
  }

  @Test
  void tightensAKeyThatIsUsedMuchMoreThanUsual() throws IOException {
    TestServices services =
        with(
            "[{'signal': 'volume', 'above': 10.0, 'calls': 100, 'percent': 50, 'least': 10,"
                + " 'loosen_after': 'PT1M'}]");
    for (int minute = 0; minute < 15; minute++) {
      after(services, Duration.ofSeconds(30));
      count(services, 20);
      after(services, Duration.ofSeconds(30));
    }
    count(services, 150);
    after(services, Duration.ofSeconds(5));
    assertThat(perMinute(services)).isEqualTo(100);
    count(services, 150);
    after(services, Duration.ofSeconds(5));
    assertThat(perMinute(services)).isEqualTo(50);
  }

  @Test
  void tightensWhatIsCalledMuchWhileTheServerIsOverloaded() throws IOException {
    TestServices services =
        with(
            "[{'signal': 'overload', 'above': 0.9, 'calls': 100, 'percent': 50, 'least': 20,"
                + " 'loosen_after': 'PT30S'}]");
    double[] busy = {1.0};
    services.get(ServerLoad.class).readFrom(() -> busy[0]);
    after(services, Duration.ofSeconds(25));
    count(services, 100);
    assertThat(perMinute(services)).as("a moment is no overload").isEqualTo(100);
    after(services, Duration.ofSeconds(5));
    assertThat(perMinute(services)).isEqualTo(50);
    assertThat(services.get(Counters.class).of(KEY).adaptation())
        .isEqualTo(new Adaptation(50, "overload"));
    count(services, 99);
    after(services, Duration.ofSeconds(5));
    assertThat(perMinute(services)).as("called less now").isEqualTo(50);

    busy[0] = Double.NaN;
    count(services, 500);
    after(services, Duration.ofSeconds(25));
    assertThat(perMinute(services)).isEqualTo(100);
  }

  @Test
  void tellsWhoseKeyWasTightenedByWhatAndWhy() {
    LimitsAdapted step = new LimitsAdapted(KEY, 3, 25, 50, "latency");
    assertThat(step.isTightened()).isTrue();
    assertThat(step.factor()).isEqualTo(0.25);
    assertThat(new LimitsAdapted(KEY, 3, 100, 50, "latency").isTightened()).isFalse();
  }

  private static void count(TestServices services, long calls) {
    services
        .get(AdaptiveLimits.class)
        .onCounted(new CallsCounted(List.of(new CallCounts(KEY, 1, calls, 0, calls, 1))));
  }

  @Test
  void tellsTheOrganizationOfTheKeyAtEveryStep() throws IOException {
    TestServices services = with(ERRORS);
    List<LimitsAdapted> told = new ArrayList<>();
    AdaptiveLimits limits =
        new AdaptiveLimits(
            services.get(Counters.class),
            services.get(SteadyTime.class),
            services.get(ServerLoad.class),
            services.get(KeyOrganizations.class),
            services.settings(),
            Told.to(told::add));
    long key = services.get(KeyIssuer.class).issue(Orders.admin(), Orders.aKey("told")).view().id();
    for (int i = 0; i < 10; i++) {
      limits.ended(key, 500, null);
      limits.ended(KEY, 500, null);
    }
    limits.adapt();
    services.clock().forward(Duration.ofSeconds(59));
    limits.adapt();
    assertThat(told).containsExactly(new LimitsAdapted(key, 1, 50, 100, "error_rate"));
    services.clock().forward(Duration.ofSeconds(1));
    limits.adapt();
    assertThat(told).hasSize(2).last().isEqualTo(new LimitsAdapted(key, 1, 100, 50, "error_rate"));
  }

  /** What is left of a hundred a minute after such calls, where a busy key is halved. */
  private long perMinuteUnderOverload(CallCounts calls) throws IOException {
    TestServices services =
        with(
            "[{'signal': 'overload', 'above': 0.9, 'calls': 100, 'percent': 50, 'least': 20,"
                + " 'loosen_after': 'PT30S'}]");
    services.get(ServerLoad.class).readFrom(() -> 1.0);
    after(services, Duration.ofSeconds(25));
    services.get(AdaptiveLimits.class).onCounted(new CallsCounted(List.of(calls)));
    after(services, Duration.ofSeconds(5));
    return perMinute(services);
  }

  @Test
  void whatWasRefusedIsCalledAsWell() throws IOException {
    assertThat(perMinuteUnderOverload(new CallCounts(KEY, 1, 40, 60, 100, 1))).isEqualTo(50);
  }

  @Test
  void callsThatAreToldLateAreNoneOfNow() throws IOException {
    assertThat(perMinuteUnderOverload(new CallCounts(KEY, 1, 10_000, 0, 99, 1))).isEqualTo(100);
  }

  @Test
  void anEndOfWhichNothingIsKnownCountsForNothing() throws IOException {
    TestServices services = with(ERRORS);
    AdaptiveLimits limits = services.get(AdaptiveLimits.class);
    for (int i = 0; i < 9; i++) {
      limits.ended(KEY, 500, null);
    }
    limits.ended(KEY, null, null);
    after(services, Duration.ofSeconds(5));
    assertThat(perMinute(services)).as("nine known ones are too few").isEqualTo(100);
    limits.ended(KEY, null, 1_000L);
    after(services, Duration.ofSeconds(5));
    assertThat(perMinute(services)).isEqualTo(50);
  }

  @Test
  void rulesComeWithTheApplication() {
    TestServices services = new TestServices(TestStore.derby().emptied());
    end(services, 199, 500, 1_000);
    after(services, Duration.ofSeconds(5));
    assertThat(perMinute(services)).isEqualTo(100);
    end(services, 1, 500, 1_000);
    after(services, Duration.ofSeconds(5));
    assertThat(perMinute(services)).isEqualTo(50);
  }

  @Test
  void noRuleTightensNothing() throws IOException {
    TestServices services = with("[]");
    end(services, 1_000, 500, 90_000_000);
    after(services, Duration.ofSeconds(10));
    assertThat(perMinute(services)).isEqualTo(100);
  }

  @Test
  void refusesARuleThatIsWrong() throws IOException {
    TestServices services = with("[{'signal': 'mood', 'above': 1.0}]");
    assertThatThrownBy(() -> services.get(AdaptiveLimits.class))
        .rootCause()
        .hasMessageContaining("signal is error_rate, latency, volume or overload");
  }

  @Test
  void leavesAtLeastOneCall() {
    assertThat(
            new Adaptation(10, "volume")
                .of(new WindowLimits(3, 99, 1_000_000_000, WindowLimits.NONE)))
        .isEqualTo(new WindowLimits(1, 9, 100_000_000, WindowLimits.NONE));
  }
}
