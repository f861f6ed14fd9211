package org.apikeys.usage;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.apikeys.api.verify.DecisionCode;
import org.apikeys.store.TestServices;
import org.apikeys.store.TestStore;
import org.junit.jupiter.api.Test;

/**
 * How quickly a month of ten million calls is told, and how quickly calls are rolled up; run by
 * {@code bench/insight/run.sh}, and by nothing else.
 */
class InsightBench {
  private static final System.Logger LOG = System.getLogger(InsightBench.class.getName());
  private static final Instant MONTH = Instant.parse("2026-01-01T00:00:00Z");
  private static final int DAYS = 31;
  private static final int KEYS = 1_000;
  private static final long CALLS = 10_000_000;
  private static final int RUNS = 21;

  private final TestStore store = TestStore.postgres().emptied();
  private final TestServices services = new TestServices(store);

  @Test
  void tellsAMonthByTheDay() {
    ResponseTimes times = new ResponseTimes();
    Random random = new Random(1);
    for (int i = 0; i < 300; i++) {
      times.accept((long) Math.exp(random.nextGaussian() + 10));
    }
    String sketch = "'\\x" + java.util.HexFormat.of().formatHex(times.bytes()) + "'::bytea";
    // ten million calls: those of a key and day are 322 or 323, and as many in its parts
    String perDay = "(" + CALLS + " / (" + KEYS + " * " + DAYS + "))";
    generate(1_440, DAYS, "1", "'all', ''", perDay, sketch);
    generate(1_440, DAYS, "10", "'endpoint', '/endpoint/' || part", perDay + " / 10", sketch);
    generate(1_440, DAYS, "4", "'status', (200 + part)::text", perDay + " / 4", sketch);
    generate(1_440, DAYS, "5", "'country', 'C' || part", perDay + " / 5", sketch);
    generate(60, DAYS * 24, "1", "'all', ''", perDay + " / 24", "NULL");
    organization();
    store.execute("ANALYZE usage_rollup");
    LOG.log(
        System.Logger.Level.INFO, "{0} rows", store.number("SELECT COUNT(*) FROM usage_rollup"));
    for (GroupBy groupBy :
        List.of(GroupBy.NONE, GroupBy.KEY, GroupBy.ENDPOINT, GroupBy.STATUS, GroupBy.COUNTRY)) {
      measure(groupBy);
    }
  }

  private void generate(
      int grain, int buckets, String parts, String kindAndItem, String requests, String sketch) {
    // a hundred keys at a time: the store's connections wait 15 s for a statement
    for (int key = 1; key <= KEYS; key += 100) {
      store.execute(
          "INSERT INTO usage_rollup (subject, grain, bucket, kind, item, organization_id,"
              + " requests, denied, errors, timed, response_micros, bytes_in, bytes_out, sketch)"
              + " SELECT key, "
              + grain
              + ", "
              + MONTH.toEpochMilli()
              + " + slot::bigint * "
              + Duration.ofMinutes(grain).toMillis()
              + (", " + kindAndItem + ", 1, " + requests + ", 1, 2, 300, 9000000, 100, 100, ")
              + sketch
              + (" FROM generate_series(" + key + ", " + (key + 99) + ") key, generate_series(0, ")
              + (buckets - 1)
              + ") slot, generate_series(1, "
              + parts
              + ") part");
    }
  }

  /** The rows of the organization: one sketch stands for all, since it is read and not checked. */
  private void organization() {
    store.execute(
        "INSERT INTO usage_rollup SELECT -1, grain, bucket, kind, item, 1, SUM(requests),"
            + " SUM(denied), SUM(errors), SUM(timed), SUM(response_micros), SUM(bytes_in),"
            + " SUM(bytes_out), (ARRAY_AGG(sketch))[1] FROM usage_rollup WHERE grain = 1440"
            + " GROUP BY grain, bucket, kind, item");
  }

  private void measure(GroupBy groupBy) {
    Instant end = MONTH.plus(Duration.ofDays(DAYS));
    Periods month = Periods.of("day", null, MONTH, end, end);
    UsageQuery query = UsageQuery.of(1, month).by(groupBy, 10);
    UsageAnalytics analytics = services.get(UsageAnalytics.class);
    List<Long> millis = new ArrayList<>();
    for (int i = 0; i < RUNS; i++) {
      long began = System.nanoTime();
      UsageAnswer answer = analytics.usage(query);
      millis.add((System.nanoTime() - began) / 1_000_000);
      assertThat(answer.totals().requests()).isBetween(CALLS * 99 / 100, CALLS);
      assertThat(answer.series().get(0).points()).hasSize(DAYS);
    }
    long first = millis.get(0);
    millis.sort(null);
    LOG.log(
        System.Logger.Level.INFO,
        "a month by day, by {0}: median {1} ms, first {2} ms, slowest {3} ms",
        groupBy.word(),
        millis.get(RUNS / 2),
        first,
        millis.get(RUNS - 1));
  }

  @Test
  void rollsCallsUp() {
    CallRecorder calls = services.get(CallRecorder.class);
    RollUps rollUps = services.get(RollUps.class);
    Random random = new Random(2);
    int count = 200_000;
    long began = System.nanoTime();
    long rolling = 0;
    for (int i = 1; i <= count; i++) {
      // a thousand calls a second, by fifty keys, to ten endpoints
      calls.record(
          new Call(
              0,
              1 + random.nextInt(50),
              1,
              1,
              DecisionCode.VALID,
              "/endpoint/" + random.nextInt(10),
              "GET",
              random.nextInt(50) == 0 ? 500 : 200,
              1_000L + random.nextInt(100_000),
              true,
              100L,
              100L,
              "192.0.2.1",
              MONTH.toEpochMilli() + i));
      if (i % 1_000 == 0) {
        calls.flush();
        long since = System.nanoTime();
        rollUps.advance();
        rolling += System.nanoTime() - since;
      }
    }
    LOG.log(
        System.Logger.Level.INFO,
        "{0} calls in {1} ms, of which {2} ms went into rolling up",
        count,
        (System.nanoTime() - began) / 1_000_000,
        rolling / 1_000_000);
    assertThat(
            store.number(
                "SELECT SUM(requests) FROM usage_rollup WHERE subject = -1"
                    + " AND grain = 1440 AND kind = 'all'"))
        .isEqualTo(count);
  }
}
