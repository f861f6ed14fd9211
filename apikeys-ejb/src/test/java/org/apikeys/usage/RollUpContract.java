package org.apikeys.usage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.TreeSet;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.apikeys.api.verify.DecisionCode;
import org.apikeys.key.KeyIssuer;
import org.apikeys.key.Orders;
import org.apikeys.store.TestServices;
import org.apikeys.store.TestStore;
import org.apikeys.usage.UsageAnswer.Series;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * Sums of calls are exact, however the calls came, and their percentiles are those of the calls.
 */
interface RollUpContract {
  Instant NOON = Instant.parse("2026-03-01T12:00:00Z");

  TestStore store();

  private static Call call(
      long id,
      long keyId,
      DecisionCode code,
      String endpoint,
      int status,
      long micros,
      Instant at) {
    return new Call(
        id,
        keyId,
        1,
        1,
        code,
        endpoint,
        "GET",
        status,
        micros,
        true,
        10L,
        20L,
        "192.0.2.1",
        at.toEpochMilli());
  }

  private static UsageQuery hours(int before, GroupBy groupBy, int size) {
    Periods periods =
        Periods.of("hour", null, NOON.minus(Duration.ofHours(before)), NOON.plusSeconds(1), NOON);
    return new UsageQuery(1, null, false, periods, groupBy, Ranking.begin(NOON), size);
  }

  /** The page behind another one. */
  private static UsageQuery after(UsageAnswer page, UsageQuery query) {
    return new UsageQuery(
        query.organizationId(),
        query.keys(),
        query.everyOrganization(),
        query.periods(),
        query.groupBy(),
        Objects.requireNonNull(page.next()),
        query.size());
  }

  private static void rollUp(TestServices services) {
    services.get(CallRecorder.class).flush();
    while (services.get(RollUps.class).advance() > 0) {
      // until nothing waits
    }
  }

  @Test
  default void takesWhateverCallersNameAsTheirEndpoint() {
    TestServices services = new TestServices(store().emptied());
    services.clock().set(NOON);
    CallRecorder recorder = services.get(CallRecorder.class);
    List<String> endpoints = List.of("/a", "/a ", "/a  ", "/a\t", " ", "/A");
    for (int round = 0; round < 2; round++) {
      for (int i = 0; i < endpoints.size(); i++) {
        recorder.record(
            call(10 * round + i + 1, 7, DecisionCode.VALID, endpoints.get(i), 200, 1_000, NOON));
      }
      recorder.flush();
      services.get(RollUps.class).advance();
    }
    assertThat(store().number("SELECT COUNT(*) FROM usage_call")).isEqualTo(12);
    assertThat(services.get(UsageAnalytics.class).usage(hours(1, GroupBy.ENDPOINT, 10)).series())
        .extracting(Series::group, series -> series.totals().requests())
        .containsExactly(tuple("/a", 8L), tuple(null, 2L), tuple("/A", 2L));
  }

  /** More keys than are added at once; what the times come to is added in another way. */
  @Test
  default void addsCallsWithAndWithoutTheirTimesOfManyKeys() {
    TestServices services = new TestServices(store().emptied());
    services.clock().set(NOON);
    CallRecorder recorder = services.get(CallRecorder.class);
    long keys = 450;
    for (int round = 0; round < 4; round++) {
      boolean timed = round % 2 == 1;
      for (long key = 1; key <= keys; key++) {
        Call call =
            call(1_000L * round + key, key, DecisionCode.VALID, "/a", 200, 1_000L * key, NOON);
        recorder.record(timed ? call : withoutTime(call));
      }
      rollUp(services);
    }

    assertThat(
            store()
                .number(
                    "SELECT COUNT(*) FROM usage_rollup WHERE subject > 0 AND requests = 4"
                        + " AND bytes_in = 40 AND bytes_out = 80 AND timed = 2"
                        + " AND response_micros = 2000 * subject AND sketch IS NOT NULL"))
        .as("all and by endpoint")
        .isEqualTo(keys * Grain.values().length * 2);
    assertThat(
            store()
                .number(
                    "SELECT COUNT(*) FROM usage_rollup WHERE subject > 0 AND requests = 0"
                        + " AND bytes_in = 0 AND bytes_out = 0 AND timed = 2"
                        + " AND response_micros = 2000 * subject AND sketch IS NOT NULL"
                        + " AND (kind = 'status' OR kind = 'country' OR kind = 'code')"))
        .as("what is usual has its times, and is counted by what the others leave")
        .isEqualTo(keys * Grain.values().length * 3);
    assertThat(store().number("SELECT COUNT(*) FROM usage_rollup WHERE subject > 0"))
        .isEqualTo(keys * Grain.values().length * Kind.values().length);
    assertThat(
            store()
                .number(
                    "SELECT COUNT(*) FROM usage_rollup WHERE subject = -1 AND requests = "
                        + 4 * keys
                        + " AND timed = "
                        + 2 * keys))
        .isEqualTo(Grain.values().length * 2L);
    UsageAnswer answer = services.get(UsageAnalytics.class).usage(hours(1, GroupBy.NONE, 10));
    assertThat(answer.totals().requests()).isEqualTo(4 * keys);
    assertThat(answer.totals().p50()).isCloseTo(0.225, within(0.01));
  }

  /** What most calls have in common is not counted, and told as if it were. */
  @Test
  default void tellsWhatIsUsualByWhatTheOthersLeave() {
    TestServices services = new TestServices(store().emptied());
    services.clock().set(NOON);
    CallRecorder recorder = services.get(CallRecorder.class);
    for (int i = 1; i <= 7; i++) {
      recorder.record(withoutTime(call(i, 7, DecisionCode.VALID, "", 200, 0, NOON)));
    }
    rollUp(services);
    assertThat(store().number("SELECT COUNT(*) FROM usage_rollup WHERE subject = 7"))
        .as("one row by minute, quarter, hour and day")
        .isEqualTo(Grain.values().length);

    recorder.record(withoutTime(call(8, 7, DecisionCode.EXPIRED, "/a", 401, 0, NOON)));
    recorder.record(call(9, 7, DecisionCode.VALID, "/a", 200, 3_000, NOON));
    recorder.record(call(10, 8, DecisionCode.VALID, "", 503, 5_000, NOON.minusSeconds(3_600)));
    rollUp(services);
    UsageAnalytics analytics = services.get(UsageAnalytics.class);
    UsageAnswer byCode = analytics.usage(hours(2, GroupBy.CODE, 10));
    assertThat(byCode.series()).extracting(Series::group).containsExactly("VALID", "EXPIRED");
    Series valid = byCode.series().get(0);
    assertThat(valid.points())
        .extracting(point -> point.figures().requests())
        .containsExactly(0L, 1L, 8L);
    assertThat(valid.totals().denied()).isZero();
    assertThat(valid.totals().errors()).isEqualTo(1);
    assertThat(valid.totals().bytesIn()).isEqualTo(90);
    assertThat(valid.totals().bytesOut()).isEqualTo(180);
    assertThat(valid.totals().average()).isEqualTo(0.004);
    assertThat(byCode.series().get(1).totals().denied()).isEqualTo(1);

    UsageAnswer byStatus = analytics.usage(hours(2, GroupBy.STATUS, 10));
    assertThat(byStatus.series()).extracting(Series::group).containsExactly("200", "401", "503");
    assertThat(byStatus.series().get(0).totals().requests()).isEqualTo(8);
    assertThat(byStatus.series().get(0).totals().errors()).isZero();
    assertThat(byStatus.series().get(0).totals().average()).isEqualTo(0.003);
    assertThat(byStatus.series().get(2).totals().average()).isEqualTo(0.005);

    UsageAnswer byEndpoint = analytics.usage(hours(2, GroupBy.ENDPOINT, 10));
    assertThat(byEndpoint.series())
        .extracting(Series::group, series -> series.totals().requests())
        .containsExactly(tuple(null, 8L), tuple("/a", 2L));
    UsageQuery one = hours(2, GroupBy.ENDPOINT, 1);
    UsageAnswer second = analytics.usage(after(analytics.usage(one), one));
    assertThat(second.series()).extracting(Series::group).containsExactly("/a");
    assertThat(analytics.usage(hours(2, GroupBy.CODE, 10).ofKeys(List.of(8L))).series())
        .extracting(Series::group, series -> series.totals().requests())
        .containsExactly(tuple("VALID", 1L));
    assertThat(analytics.usage(hours(2, GroupBy.COUNTRY, 10).ofEveryOrganization()).series())
        .extracting(Series::group, series -> series.totals().requests())
        .containsExactly(tuple(null, 10L));
  }

  private static Call withoutTime(Call call) {
    return new Call(
        call.id(),
        call.keyId(),
        call.organizationId(),
        call.generation(),
        call.code(),
        call.endpoint(),
        call.method(),
        call.statusCode(),
        null,
        false,
        call.bytesIn(),
        call.bytesOut(),
        call.ip(),
        call.madeAt());
  }

  @Test
  default void sumsByIntervalAndShowsEmptyOnes() {
    TestServices services = new TestServices(store().emptied());
    CallRecorder calls = services.get(CallRecorder.class);
    calls.record(call(1, 7, DecisionCode.VALID, "/a", 200, 1_000, NOON));
    calls.record(call(2, 7, DecisionCode.VALID, "/a", 500, 3_000, NOON));
    calls.record(
        call(3, 8, DecisionCode.RATE_LIMITED, "/b", 429, 2_000, NOON.minus(Duration.ofHours(2))));
    rollUp(services);

    UsageAnswer answer = services.get(UsageAnalytics.class).usage(hours(3, GroupBy.NONE, 10));
    assertThat(answer.totals().requests()).isEqualTo(3);
    assertThat(answer.totals().denied()).isEqualTo(1);
    assertThat(answer.totals().errors()).isEqualTo(2);
    assertThat(answer.totals().bytesIn()).isEqualTo(30);
    assertThat(answer.totals().bytesOut()).isEqualTo(60);
    assertThat(answer.totals().p50()).isCloseTo(0.002, within(0.0001));
    assertThat(answer.totals().average()).isEqualTo(0.002);
    assertThat(answer.series())
        .singleElement()
        .satisfies(
            series ->
                assertThat(series.points())
                    .extracting(point -> point.figures().requests())
                    .containsExactly(0L, 1L, 0L, 2L));
    assertThat(answer.series().get(0).points().get(0).figures().p50()).isNull();
    assertThat(Objects.requireNonNull(answer.before()).requests()).isZero();
  }

  @Test
  default void tellsApartWhatIsAskedForAndPagesTheBusiestFirst() {
    TestServices services = new TestServices(store().emptied());
    long id = services.get(KeyIssuer.class).issue(Orders.admin(), Orders.aKey("busy")).view().id();
    CallRecorder calls = services.get(CallRecorder.class);
    for (int i = 0; i < 5; i++) {
      calls.record(call(10 + i, id, DecisionCode.VALID, "/busy", 200, 1_000, NOON));
    }
    calls.record(call(20, 900, DecisionCode.VALID, "/calm", 404, 1_000, NOON));
    calls.record(call(21, 900, DecisionCode.VALID, "/calm", 404, 1_000, NOON));
    calls.record(call(22, 901, DecisionCode.EXPIRED, "/odd", 401, 1_000, NOON));
    rollUp(services);
    UsageAnalytics analytics = services.get(UsageAnalytics.class);

    assertThat(analytics.usage(hours(1, GroupBy.ENDPOINT, 10)).series())
        .extracting(Series::group)
        .containsExactly("/busy", "/calm", "/odd");
    assertThat(analytics.usage(hours(1, GroupBy.STATUS, 10)).series())
        .extracting(Series::group)
        .containsExactly("200", "404", "401");
    assertThat(analytics.usage(hours(1, GroupBy.CODE, 10)).series())
        .extracting(Series::group)
        .containsExactly("VALID", "EXPIRED");
    assertThat(analytics.usage(hours(1, GroupBy.COUNTRY, 10)).series())
        .extracting(Series::group)
        .containsExactly((@Nullable String) null);
    assertThat(analytics.usage(hours(1, GroupBy.ORGANIZATION, 10)).series())
        .extracting(Series::group)
        .containsExactly("1");
    assertThat(analytics.usage(hours(1, GroupBy.ORGANIZATION, 10).ofKeys(List.of(id))).series())
        .singleElement()
        .satisfies(
            series -> {
              assertThat(series.group()).isEqualTo("1");
              assertThat(series.totals().requests()).isEqualTo(5);
            });
    assertThat(analytics.usage(hours(1, GroupBy.ENVIRONMENT, 10)).series())
        .singleElement()
        .satisfies(
            series -> {
              assertThat(series.group()).isEqualTo("production");
              assertThat(series.totals().requests()).isEqualTo(5);
            });
    UsageAnswer first = analytics.usage(hours(1, GroupBy.KEY, 2));
    assertThat(first.series()).extracting(Series::group).containsExactly("key-" + id, "key-900");
    assertThat(first.series()).extracting(Series::name).containsExactly("busy", null);
    assertThat(first.more()).isTrue();
    UsageAnswer second = analytics.usage(after(first, hours(1, GroupBy.KEY, 2)));
    assertThat(second.series()).extracting(Series::group).containsExactly("key-901");
    assertThat(second.more()).isFalse();
    assertThat(second.totals().requests()).as("of all pages").isEqualTo(8);
    assertThat(analytics.usage(hours(1, GroupBy.ENDPOINT, 10).ofKeys(List.of(900L))).series())
        .extracting(Series::group)
        .containsExactly("/calm");
    assertThat(analytics.usage(hours(1, GroupBy.NONE, 1).ofKeys(List.of())).totals().requests())
        .isZero();
    assertThat(analytics.ofKeys(hours(1, GroupBy.NONE, 1)).get(900L))
        .satisfies(figures -> assertThat(figures.requests()).isEqualTo(2));
  }

  /** The order is by the calls from before the first page: those that come now don't change it. */
  @Test
  default void pagesNeitherSkipNorRepeatAGroupWhileCallsGoOn() {
    TestServices services = new TestServices(store().emptied());
    services.clock().set(NOON);
    CallRecorder calls = services.get(CallRecorder.class);
    long id = 1;
    for (int endpoint = 0; endpoint < 5; endpoint++) {
      for (int i = 0; i < 5 - endpoint; i++) {
        Instant past = NOON.minus(Duration.ofMinutes(40 + 70 * i));
        calls.record(call(id++, 7, DecisionCode.VALID, "/" + endpoint, 200, 1_000, past));
      }
    }
    rollUp(services);
    UsageAnalytics analytics = services.get(UsageAnalytics.class);
    UsageQuery query = hours(30, GroupBy.ENDPOINT, 2);

    UsageAnswer first = analytics.usage(query);
    for (int i = 0; i < 20; i++) {
      calls.record(call(id++, 7, DecisionCode.VALID, "/4", 200, 1_000, NOON));
      calls.record(call(id++, 7, DecisionCode.VALID, "/new", 200, 1_000, NOON));
      calls.record(call(id++, 7, DecisionCode.VALID, "/1", 200, 1_000, NOON));
    }
    rollUp(services);
    UsageAnswer second = analytics.usage(after(first, query));
    UsageAnswer third = analytics.usage(after(second, query));

    assertThat(first.series()).extracting(Series::group).containsExactly("/0", "/1");
    assertThat(second.series()).extracting(Series::group).containsExactly("/2", "/3");
    assertThat(third.series())
        .as("those that had no calls yet come last")
        .extracting(Series::group, series -> series.totals().requests())
        .containsExactly(tuple("/4", 21L), tuple("/new", 20L));
    assertThat(third.next()).isNull();
  }

  @Test
  default void theBusiestOfNowComesFirstWhereOnePageShowsAll() {
    TestServices services = new TestServices(store().emptied());
    services.clock().set(NOON);
    CallRecorder calls = services.get(CallRecorder.class);
    Instant past = NOON.minus(Duration.ofMinutes(10));
    calls.record(call(1, 7, DecisionCode.VALID, "/before", 200, 1_000, past));
    calls.record(call(2, 7, DecisionCode.VALID, "/now", 200, 1_000, NOON));
    calls.record(call(3, 7, DecisionCode.VALID, "/now", 200, 1_000, NOON));
    rollUp(services);

    assertThat(services.get(UsageAnalytics.class).usage(hours(1, GroupBy.ENDPOINT, 2)).series())
        .extracting(Series::group)
        .containsExactly("/now", "/before");
  }

  @Test
  default void knowsTheCountryOfACall() throws IOException {
    Path file =
        new GeoDatabase()
            .with("192.0.2.0/24", "DE")
            .writeTo(TestStore.newFolder().resolve("country.mmdb"));
    TestServices services =
        new TestServices(store().emptied(), Map.of("apikeys.geoip.database", file.toString()));
    CallRecorder calls = services.get(CallRecorder.class);
    calls.record(call(1, 7, DecisionCode.VALID, "/a", 200, 1_000, NOON));
    calls.flush();
    calls.complete(new Completion(1, 7, 1, null, null, null, null, null, null, "198.51.100.1"));
    calls.record(call(2, 7, DecisionCode.VALID, "/a", 200, 1_000, NOON));
    rollUp(services);

    assertThat(services.get(UsageReader.class).latest(7, 10))
        .extracting(UsageReader.ShownCall::country)
        .containsExactly("DE", "DE");
    assertThat(services.get(UsageAnalytics.class).usage(hours(1, GroupBy.COUNTRY, 10)).series())
        .singleElement()
        .satisfies(
            series -> {
              assertThat(series.group()).isEqualTo("DE");
              assertThat(series.totals().requests()).isEqualTo(2);
            });
  }

  @Test
  default void addsLateCallsWhereTheyBelong() {
    TestServices services = new TestServices(store().emptied());
    CallRecorder calls = services.get(CallRecorder.class);
    calls.record(call(1, 7, DecisionCode.VALID, "/a", 200, 1_000, NOON));
    rollUp(services);
    calls.record(call(2, 7, DecisionCode.VALID, "/a", 200, 9_000, NOON.minus(Duration.ofDays(6))));
    calls.record(call(3, 7, DecisionCode.VALID, "/a", 200, 1_000, NOON));
    rollUp(services);

    Periods week = Periods.of("day", null, NOON.minus(Duration.ofDays(6)), NOON, NOON);
    assertThat(
            services
                .get(UsageAnalytics.class)
                .usage(UsageQuery.of(1, week))
                .series()
                .get(0)
                .points())
        .extracting(point -> point.figures().requests())
        .containsExactly(1L, 0L, 0L, 0L, 0L, 0L, 2L);
  }

  @Test
  default void movesACallThatEndedOtherwise() {
    TestServices services = new TestServices(store().emptied());
    CallRecorder calls = services.get(CallRecorder.class);
    calls.record(
        new Call(
            1,
            7,
            1,
            1,
            DecisionCode.VALID,
            "/a",
            "GET",
            200,
            9L,
            false,
            5L,
            null,
            "192.0.2.1",
            NOON.toEpochMilli()));
    rollUp(services);
    calls.complete(new Completion(1, 7, 1, "/b", null, 503, 40_000L, null, 70L, null));
    calls.complete(new Completion(999, 7, 1, null, null, 500, 40_000L, 1L, 1L, null));
    calls.flush();
    services.get(RollUps.class).advance();

    UsageAnalytics analytics = services.get(UsageAnalytics.class);
    UsageAnswer byStatus = analytics.usage(hours(1, GroupBy.STATUS, 10));
    assertThat(byStatus.series()).extracting(Series::group).containsExactly("503");
    assertThat(byStatus.totals().requests()).isEqualTo(1);
    assertThat(byStatus.totals().errors()).isEqualTo(1);
    assertThat(byStatus.totals().bytesIn()).isEqualTo(6);
    assertThat(byStatus.totals().bytesOut()).isEqualTo(71);
    assertThat(byStatus.totals().p99()).isCloseTo(0.04, within(0.0005));
    assertThat(analytics.usage(hours(1, GroupBy.ENDPOINT, 10)).series())
        .extracting(Series::group)
        .containsExactly("/b");
  }

  @Test
  default void sumsThatAreTooLargeStopAtABound() {
    TestServices services = new TestServices(store().emptied());
    CallRecorder calls = services.get(CallRecorder.class);
    long most = 1L << 50;
    for (int round = 0; round < 3; round++) {
      for (int i = 1; i <= 5_000; i++) {
        int key = 7 + i % 2;
        calls.record(
            new Call(
                0,
                key,
                1,
                1,
                DecisionCode.VALID,
                "/a",
                "GET",
                200 + i % 2,
                Long.MAX_VALUE / 4,
                true,
                most,
                most,
                null,
                NOON.toEpochMilli()));
      }
      rollUp(services);
    }

    UsageAnalytics analytics = services.get(UsageAnalytics.class);
    for (GroupBy group : List.of(GroupBy.NONE, GroupBy.KEY, GroupBy.STATUS, GroupBy.ENDPOINT)) {
      assertThat(analytics.usage(hours(1, group, 10)).totals())
          .satisfies(
              totals -> {
                assertThat(totals.requests()).isEqualTo(15_000);
                assertThat(totals.bytesIn()).isGreaterThan(1L << 60);
                assertThat(totals.bytesOut()).isGreaterThan(1L << 60);
                assertThat(totals.average()).isPositive();
              });
    }
    assertThat(services.get(UsageReader.class).totals(1).allowed()).isEqualTo(15_000);
  }

  @Test
  default void answersThePercentilesOfTheCallsAndNotOfAverages() {
    TestServices services = new TestServices(store().emptied());
    CallRecorder calls = services.get(CallRecorder.class);
    Random random = new Random(9);
    TreeSet<Long> times = new TreeSet<>();
    long id = 1;
    while (times.size() < 2_000) {
      long micros = (long) Math.exp(random.nextGaussian() * 1.5 + 9);
      if (times.add(micros)) {
        Instant at = NOON.minusSeconds(60L * random.nextInt(600));
        calls.record(call(id++, 7 + random.nextInt(3), DecisionCode.VALID, "/a", 200, micros, at));
        if (id % 300 == 0) {
          rollUp(services);
        }
      }
    }
    rollUp(services);

    List<Long> sorted = List.copyOf(times);
    Figures totals = services.get(UsageAnalytics.class).usage(hours(11, GroupBy.NONE, 1)).totals();
    assertThat(totals.requests()).isEqualTo(2_000);
    near(totals.p50(), sorted.get(999));
    near(totals.p90(), sorted.get(1_799));
    near(totals.p99(), sorted.get(1_979));
  }

  private static void near(@Nullable Double seconds, long micros) {
    assertThat(seconds).isCloseTo(micros / 1e6, within(micros / 1e6 * 0.03));
  }

  @Test
  default void addsEveryBatchOnceThoughTwoNodesRollUp() throws Exception {
    TestServices one = new TestServices(store().emptied());
    TestServices other = new TestServices(store());
    ExecutorService threads = Executors.newFixedThreadPool(2);
    try {
      for (int round = 0; round < 5; round++) {
        for (int i = 1; i <= 20; i++) {
          long id = round * 100L + i;
          one.get(CallRecorder.class)
              .record(call(id, 7, DecisionCode.VALID, "/a", 200, 1_000, NOON));
          one.get(CallRecorder.class).flush();
        }
        Future<?> first = threads.submit(() -> one.get(RollUps.class).advance());
        Future<?> second = threads.submit(() -> other.get(RollUps.class).advance());
        first.get();
        second.get();
      }
    } finally {
      threads.shutdown();
    }
    rollUp(one);

    assertThat(one.get(UsageAnalytics.class).usage(hours(1, GroupBy.NONE, 1)).totals().requests())
        .isEqualTo(100);
  }

  @Test
  default void keepsDaysLongerThanHoursAndThoseLongerThanMinutes() {
    TestServices services = new TestServices(store().emptied());
    CallRecorder calls = services.get(CallRecorder.class);
    for (int days : new int[] {0, 6}) {
      calls.record(
          call(days + 1, 7, DecisionCode.VALID, "/a", 200, 1, NOON.minus(Duration.ofDays(days))));
    }
    rollUp(services);
    services.clock().set(NOON.plus(Duration.ofDays(5)));
    services.get(RollUps.class).prune(kept(NOON.minus(Duration.ofDays(85))));
    assertThat(requests(Grain.MINUTE)).isEqualTo(1);
    assertThat(requests(Grain.HOUR)).isEqualTo(2);
    services.get(RollUps.class).prune(kept(NOON.plus(Duration.ofDays(4))));
    assertThat(requests(Grain.QUARTER)).isEqualTo(1);
    assertThat(requests(Grain.DAY)).isEqualTo(2);
    assertThat(store().number("SELECT COUNT(*) FROM usage_batch")).isZero();
  }

  private static KeptSums kept(Instant cutoff) {
    return KeptSums.at(NOON.plus(Duration.ofDays(5)), cutoff, NOON.minus(Duration.ofDays(700)));
  }

  @Test
  default void comparesWithNothingThatIsNotKept() {
    TestServices services = new TestServices(store().emptied());
    services.clock().set(NOON);
    UsageAnalytics analytics = services.get(UsageAnalytics.class);
    Instant from = NOON.minus(Duration.ofDays(60));

    Periods days = Periods.of("day", null, from, NOON, NOON);
    assertThat(analytics.usage(UsageQuery.of(1, days)).before()).isNotNull();
    Periods ofAZone = Periods.of("day", "Europe/Berlin", from, NOON, NOON);
    assertThat(analytics.usage(UsageQuery.of(1, ofAZone)).before()).isNull();
  }

  private long requests(Grain grain) {
    return store()
        .number(
            "SELECT SUM(requests) FROM usage_rollup WHERE kind = 'all' AND subject = 7 AND grain = "
                + grain.minutes());
  }
}
