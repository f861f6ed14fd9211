package org.apikeys.limit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.apikeys.api.verify.DecisionCode;
import org.apikeys.cluster.Cluster;
import org.apikeys.limit.GateRules.Quota;
import org.apikeys.setting.Settings;
import org.apikeys.store.TestClock;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Calls before a gate: what is taken, told of, reported and kept, without a store. */
class GateInMemoryTest {
  private static final long KEY = 7;
  private static final Instant NOON = Instant.parse("2026-03-01T12:00:00Z");
  private static final long NOW = NOON.toEpochMilli();
  private static final Bucket.Shape THOUSAND = new Bucket.Shape(1_000, 1_000, 1_000);
  private static final Spent NOTHING = new Spent(0, null, null, Map.of());

  private final TestClock clock = new TestClock(NOON);
  private final Resting resting = new Resting();
  private final Purse purse = new Purse(clock);
  private final Counter counter = new Counter();
  private final Settings settings = new Settings(name -> Optional.empty());
  private Gates gates = newGates();

  /** States at rest. */
  private static final class Resting extends StoredGates {
    private final Map<Long, String> rows = new HashMap<>();
    private boolean away;

    @Override
    public Optional<String> find(long keyId) {
      return Optional.ofNullable(rows.get(keyId));
    }

    @Override
    public void write(List<Row> changed) {
      if (away) {
        throw new IllegalStateException("away");
      }
      changed.forEach(row -> rows.put(row.keyId(), row.state()));
    }
  }

  /** An account that knows no ledger. */
  private static final class Purse extends Credits {
    private final CreditAccount account = new CreditAccount(KEY, 5);

    Purse(TestClock clock) {
      super(clock);
    }

    @Override
    public Payment take(long keyId, long cost) {
      return new Payment(account.tryTake(cost), account.state());
    }

    @Override
    public void takeWhatIsThere(long keyId, long cost) {
      account.tryTake(Math.min(cost, account.balance()));
    }

    @Override
    public CreditState look(long keyId) {
      return account.state();
    }
  }

  /** A node for itself, which asks no other. */
  private static final class Alone extends Cluster {}

  private Gates newGates() {
    return new Gates(resting, purse, new SharedGates(), new Alone(), settings);
  }

  private static GateRules rules(
      Bucket.@Nullable Shape upload,
      long bytesPerDay,
      long concurrent,
      Map<String, Quota> meters,
      boolean credits) {
    return new GateRules(
        new WindowLimits(WindowLimits.NONE, 10, WindowLimits.NONE, WindowLimits.NONE),
        Algorithm.FIXED,
        0,
        0,
        upload,
        null,
        bytesPerDay,
        concurrent,
        meters,
        credits);
  }

  private Gate gate(GateRules rules) {
    return new Gate(KEY, rules, counter, gates);
  }

  private static Spent spent(long callId, @Nullable Long in, @Nullable Long out) {
    return new Spent(callId, in, out, Map.of());
  }

  private long bytesToday(GateRules rules) {
    return Objects.requireNonNull(gate(rules).standing(null, NOW).bytesPerDay()).used();
  }

  @Test
  void aReportCountsTheRestOfWhatWasAnnouncedAndOnce() {
    GateRules rules = rules(null, 10_000, 0, Map.of(), false);
    assertThat(gate(rules).tryTake(new Ask(1, 1, 300), NOW).code()).isEqualTo(DecisionCode.VALID);
    assertThat(bytesToday(rules)).isEqualTo(300);

    gate(rules).report(spent(1, 500L, 40L), NOW);
    assertThat(bytesToday(rules)).as("200 more came in").isEqualTo(540);
    gate(rules).report(spent(1, 500L, 40L), NOW);
    assertThat(bytesToday(rules)).as("told twice").isEqualTo(540);

    gate(rules).tryTake(new Ask(2, 1, 300), NOW);
    gate(rules).report(spent(2, 100L, null), NOW);
    assertThat(bytesToday(rules)).as("less than was announced").isEqualTo(840);
    gate(rules).report(spent(9, 60L, 1L), NOW);
    assertThat(bytesToday(rules)).as("what came in with an unknown call").isEqualTo(841);
    gate(rules).tryTake(new Ask(3, 1, 0), NOW);
    gate(rules).report(spent(3, 9L, null), NOW);
    assertThat(bytesToday(rules)).as("nothing was announced").isEqualTo(850);
    assertThat(counter.used(Window.MINUTE, NOW)).as("reports of calls are none").isEqualTo(3);
  }

  @Test
  void aCallThatWasDecidedElsewhereIsCountedAndPaidWithWhatIsThere() {
    GateRules rules = rules(null, 10_000, 0, Map.of(), true);
    gate(rules).report(spent(0, 60L, 1L), NOW);
    assertThat(counter.used(Window.MINUTE, NOW)).isEqualTo(1);
    assertThat(bytesToday(rules)).isEqualTo(61);
    assertThat(purse.account.balance()).isEqualTo(4);
    gate(rules(null, 0, 2, Map.of(), false)).report(NOTHING, NOW);
    assertThat(purse.account.balance()).as("one that does not pay").isEqualTo(4);
  }

  @Test
  void metersAreUsedAsTheyAreReported() {
    Interval month = Interval.parse("P1M");
    GateRules rules =
        rules(
            null,
            0,
            0,
            Map.of(
                "pages",
                new Quota(10, month),
                "all",
                new Quota(9, null),
                "b",
                new Quota(1, null),
                "c",
                new Quota(1, null),
                "d",
                new Quota(1, null)),
            false);
    gate(rules).report(new Spent(0, null, null, Map.of("pages", 4L, "all", -2L)), NOW);

    assertThat(gate(rules).standing(null, NOW).meters())
        .containsExactly(
            new Gate.MeterState("all", 9, 0, null),
            new Gate.MeterState("b", 1, 0, null),
            new Gate.MeterState("c", 1, 0, null),
            new Gate.MeterState("d", 1, 0, null),
            new Gate.MeterState("pages", 10, 4, Instant.parse("2026-04-01T00:00:00Z")));
  }

  @Test
  void onlyWhatCountsBytesOrMetersRemembersAnnouncements() {
    Ask ask = new Ask(1, 1, 300);
    gates.announce(KEY, ask, rules(null, 0, 3, Map.of(), false));
    assertThat(gates.takeAnnounced(KEY, 1)).isEqualTo(Gates.UNKNOWN);
    gates.announce(KEY, new Ask(0, 1, 300), rules(null, 9, 0, Map.of(), false));
    assertThat(gates.takeAnnounced(KEY, 0)).isEqualTo(Gates.UNKNOWN);
    for (GateRules rules :
        List.of(
            rules(THOUSAND, 0, 0, Map.of(), false),
            rules(null, 9, 0, Map.of(), false),
            rules(null, 0, 0, Map.of("all", new Quota(9, null)), false))) {
      gates.announce(KEY, ask, rules);
      assertThat(gates.takeAnnounced(KEY, 1)).isEqualTo(300);
      assertThat(gates.takeAnnounced(KEY, 1)).isEqualTo(Gates.DONE);
    }
  }

  @Test
  void aReportAboutAnotherKeysCallLeavesThatCallAlone() {
    GateRules rules = rules(null, 10_000, 1, Map.of("pages", new Quota(9, null)), false);
    gate(rules).tryTake(new Ask(1, 1, 300), NOW);
    new Gate(KEY + 1, rules, new Counter(), gates).report(spent(1, 300L, 40L), NOW);
    assertThat(gate(rules).standing(null, NOW).concurrent()).isEqualTo(new Gate.InUse(1, 1));

    gate(rules).report(new Spent(1, 300L, 40L, Map.of("pages", 4L)), NOW);
    assertThat(bytesToday(rules)).isEqualTo(340);
    assertThat(gate(rules).standing(null, NOW).concurrent()).isEqualTo(new Gate.InUse(1, 0));
    assertThat(gate(rules).standing(null, NOW).meters())
        .containsExactly(new Gate.MeterState("pages", 9, 4, null));
  }

  @Test
  void whatCameDownIsCountedOnce() {
    GateRules rules =
        new GateRules(
            new WindowLimits(WindowLimits.NONE, 10, WindowLimits.NONE, WindowLimits.NONE),
            Algorithm.FIXED,
            0,
            0,
            null,
            THOUSAND,
            0,
            0,
            Map.of(),
            false);
    gate(rules).tryTake(new Ask(1, 1, 0), NOW);
    for (int i = 0; i < 3; i++) {
      gate(rules).report(spent(1, null, 1_500L), NOW);
    }
    assertThat(gate(rules).look(new Ask(2, 1, 0), NOW + 400).refusals())
        .containsExactly(DecisionCode.BANDWIDTH_EXCEEDED);
    assertThat(gate(rules).look(new Ask(2, 1, 0), NOW + 501).refusals()).isEmpty();
  }

  @ParameterizedTest
  @EnumSource(Algorithm.class)
  void aCallOfAnEarlierWindowCountsInNoneOfNow(Algorithm algorithm) {
    GateRules rules =
        new GateRules(
            new WindowLimits(10, 10, 10, 10),
            algorithm,
            0,
            0,
            THOUSAND,
            THOUSAND,
            10_000,
            0,
            Map.of("day", new Quota(100, Interval.parse("P1D")), "life", new Quota(100, null)),
            true);
    Spent call = new Spent(0, 3_000L, 1_000L, Map.of("day", 7L, "life", 7L));
    gate(rules).report(call, Duration.ofDays(3).toMillis(), NOW);
    assertThat(used(rules)).containsExactly(0L, 0L, 0L, 0L);
    assertThat(bytesToday(rules)).isZero();
    assertThat(gate(rules).standing(null, NOW).meters())
        .extracting(Gate.MeterState::used)
        .containsExactly(0L, 7L);
    assertThat(gate(rules).look(new Ask(2, 1, 0), NOW).refusals()).isEmpty();
    assertThat(purse.account.balance()).as("it is paid for all the same").isEqualTo(4);

    gate(rules).report(call, Duration.ofHours(2).toMillis(), NOW);
    assertThat(used(rules)).containsExactly(0L, 0L, 0L, 1L);
    assertThat(bytesToday(rules)).isEqualTo(4_000);
    gate(rules).report(call, 1_500, NOW);
    assertThat(gate(rules).look(new Ask(2, 1, 0), NOW).refusals())
        .containsExactly(DecisionCode.BANDWIDTH_EXCEEDED);
    assertThat(gate(rules).look(new Ask(2, 1, 0), NOW + 600).refusals())
        .as("half of it had come in when it was told")
        .isEmpty();
    gate(rules).report(call, 0, NOW);
    assertThat(used(rules)).element(0).isEqualTo(1L);
    assertThat(used(rules)).element(3).isEqualTo(3L);
  }

  private List<Long> used(GateRules rules) {
    return gate(rules).standing(null, NOW).windows().stream().map(WindowState::used).toList();
  }

  @Test
  void creditsAreTakenLastAndShownAlways() {
    GateRules rules = rules(null, 0, 1, Map.of(), true);
    Outcome taken = gate(rules).tryTake(new Ask(1, 2, 0), NOW);
    assertThat(taken.credits()).isEqualTo(new CreditState(3, null));
    assertThat(taken.retryAtMillis()).isZero();
    assertThat(taken.allowance().remaining()).isEqualTo(9);
    Outcome refused = gate(rules).tryTake(new Ask(2, 2, 0), NOW);
    assertThat(refused.code()).isEqualTo(DecisionCode.CONCURRENCY_EXCEEDED);
    assertThat(refused.credits()).as("not paid").isEqualTo(new CreditState(3, null));
    assertThat(refused.retryAtMillis()).isEqualTo(NOW + 1_000);
    gate(rules).report(spent(1, null, null), NOW);

    Outcome dear = gate(rules).tryTake(new Ask(3, 4, 0), NOW);
    assertThat(dear.code()).isEqualTo(DecisionCode.CREDITS_EXHAUSTED);
    assertThat(dear.retryAtMillis()).as("nothing comes in").isZero();
    assertThat(dear.allowance().remaining()).as("it counts nowhere").isEqualTo(9);
    purse.account.refillBy(new CreditRule.Refill(5L, "P1D"), NOON);
    assertThat(gate(rules).tryTake(new Ask(3, 4, 0), NOW).retryAtMillis())
        .isEqualTo(NOON.plus(Duration.ofDays(1)).toEpochMilli());
    assertThat(gate(rules).tryTake(new Ask(3, 3, 0), NOW).code()).isEqualTo(DecisionCode.VALID);
    assertThat(gate(rules(null, 0, 9, Map.of(), false)).tryTake(new Ask(4, 1, 0), NOW).credits())
        .isNull();
  }

  @Test
  void aLookTakesNothingAndTellsOfEveryRefusal() {
    GateRules rules = rules(null, 100, 1, Map.of("cost", new Quota(3, null)), true);
    assertThat(gate(rules).look(new Ask(1, 3, 100), NOW).refusals()).isEmpty();
    assertThat(gate(rules).tryTake(new Ask(1, 3, 100), NOW).code()).isEqualTo(DecisionCode.VALID);

    Gate.Look look = gate(rules).look(new Ask(2, 3, 1), NOW);
    assertThat(look.refusals())
        .isEqualTo(
            Set.of(
                DecisionCode.CONCURRENCY_EXCEEDED,
                DecisionCode.BANDWIDTH_EXCEEDED,
                DecisionCode.QUOTA_EXCEEDED,
                DecisionCode.CREDITS_EXHAUSTED));
    assertThat(look.allowance().remaining()).isEqualTo(9);
    assertThat(look.credits()).isEqualTo(new CreditState(2, null));
    GateRules free = rules(null, 0, 5, Map.of(), false);
    assertThat(gate(free).look(new Ask(2, 9, 1), NOW).refusals()).isEmpty();
    assertThat(gate(free).look(new Ask(2, 9, 1), NOW).credits()).isNull();
    assertThat(gate(rules(null, 0, 9, Map.of(), true)).look(new Ask(0, 2, 0), NOW).refusals())
        .as("the last credits")
        .isEmpty();
  }

  @Test
  void tellsHowMuchIsInUse() {
    GateRules rules = rules(null, 100, 2, Map.of(), true);
    gate(rules).tryTake(new Ask(1, 1, 30), NOW);
    Gate.Standing standing = gate(rules).standing(null, NOW);
    assertThat(standing.concurrent()).isEqualTo(new Gate.InUse(2, 1));
    assertThat(standing.bytesPerDay()).isEqualTo(new Gate.InUse(100, 30));
    assertThat(standing.credits()).isEqualTo(new CreditState(4, null));
    assertThat(standing.windows()).extracting(WindowState::used).containsExactly(1L);
    long over = NOW + settings.openCallLimit().toMillis();
    assertThat(gate(rules).standing(null, over - 1).concurrent()).isEqualTo(new Gate.InUse(2, 1));
    assertThat(gate(rules).standing(null, over).concurrent()).isEqualTo(new Gate.InUse(2, 0));

    Gate.Standing plain = gate(rules(THOUSAND, 0, 0, Map.of(), false)).standing(null, NOW);
    assertThat(plain.concurrent()).isNull();
    assertThat(plain.bytesPerDay()).isNull();
    assertThat(plain.credits()).isNull();
  }

  @Test
  void tightenedWindowsCountForGatesToo() {
    counter.throttle(10);
    GateRules rules = rules(null, 0, 5, Map.of(), false);
    assertThat(gate(rules).tryTake(new Ask(0, 1, 0), NOW).code()).isEqualTo(DecisionCode.VALID);
    assertThat(gate(rules).tryTake(new Ask(0, 1, 0), NOW).code())
        .isEqualTo(DecisionCode.RATE_LIMITED);
    assertThat(gate(rules).look(new Ask(0, 1, 0), NOW).refusals())
        .containsExactly(DecisionCode.RATE_LIMITED);
    assertThat(gate(rules).standing(counter.adaptation(), NOW).windows())
        .extracting(one -> one.allowance().limit())
        .containsExactly(1L);
  }

  @Test
  void goesOnFromWhatRests() {
    GateRules rules = rules(null, 100, 0, Map.of(), false);
    gate(rules).tryTake(new Ask(1, 1, 30), NOW);
    gates.flush();
    gates = newGates();
    assertThat(bytesToday(rules)).isEqualTo(30);
    resting.rows.clear();
    gates.flush();
    assertThat(resting.rows).as("a look changes nothing").isEmpty();
    gate(rules).report(spent(0, 5L, null), NOW);
    gates.flush();
    assertThat(resting.rows).hasSize(1);
  }

  @Test
  void whatCouldNotBeStoredIsStoredTheNextTime() {
    GateRules rules = rules(null, 100, 0, Map.of(), false);
    gate(rules).tryTake(new Ask(1, 1, 30), NOW);
    resting.away = true;
    assertThatThrownBy(gates::flush).hasMessage("away");
    gates.prune();
    resting.away = false;
    gates.flush();

    gates = newGates();
    assertThat(bytesToday(rules)).isEqualTo(30);
  }

  @Test
  void aRefusedCallChangesNothingThatRests() {
    GateRules rules = rules(null, 100, 0, Map.of(), false);
    gate(rules).tryTake(new Ask(1, 1, 101), NOW);
    gates.flush();
    assertThat(resting.rows).isEmpty();
  }
}
