package org.apikeys.limit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.apikeys.cluster.Cluster;
import org.apikeys.limit.SharedCounts.Share;
import org.apikeys.limit.SharedCounts.Wish;
import org.apikeys.setting.Settings;
import org.apikeys.store.TestClock;
import org.junit.jupiter.api.Test;

/** The counters of a node: restored, written, dropped, and lent by others. */
class CountersInMemoryTest {
  private static final Instant NOON = Instant.parse("2026-03-01T12:00:00Z");
  private static final long NOW = NOON.toEpochMilli();
  private static final WindowLimits HUNDRED =
      new WindowLimits(WindowLimits.NONE, WindowLimits.NONE, WindowLimits.NONE, 100);

  private final TestClock clock = new TestClock(NOON);
  private final SteadyTime time = new SteadyTime(clock, () -> clock.millis() * 1_000_000);
  private final Resting resting = new Resting();
  private final Lent lent = new Lent();
  private final Nodes nodes = new Nodes();
  private final Rows rows = new Rows();
  private final Counters counters = newCounters();

  /** Counters at rest. */
  private static final class Resting extends StoredCounters {
    private final Map<Long, Counter.Stored> known = new HashMap<>();
    private int asked;
    private boolean away;

    @Override
    public Optional<Counter.Stored> find(long keyId) {
      asked++;
      return Optional.ofNullable(known.get(keyId));
    }

    @Override
    public void write(List<Counter.Stored> counters) {
      if (away) {
        throw new IllegalStateException("away");
      }
      counters.forEach(one -> known.put(one.keyId(), one));
    }
  }

  /** Lends ten at a time, whoever asks. */
  private static final class Lent extends SharedCounts {
    private final List<Integer> nodes = new ArrayList<>();
    private final List<Long> back = new ArrayList<>();
    private int failures;

    @Override
    public List<Share> lend(long keyId, List<Wish> wishes, int among, long now) {
      nodes.add(among);
      if (failures > 0) {
        failures--;
        throw new IllegalStateException("its row is there already");
      }
      return wishes.stream()
          .map(wish -> new Share(wish.window(), wish.window().startOf(now), 10, 30))
          .toList();
    }

    @Override
    public List<Share> look(long keyId, long now) {
      return List.of(new Share(Window.DAY, Window.DAY.startOf(now), 0, 55));
    }

    @Override
    public void giveBack(long keyId, Window window, long start, long unused) {
      back.add(unused);
    }
  }

  /** This node, alone or with two others. */
  private static final class Nodes extends Cluster {
    private boolean shared;

    @Override
    public boolean isShared() {
      return shared;
    }

    @Override
    public int nodes() {
      return 3;
    }
  }

  /** States of gates that all nodes share. */
  private static final class Rows extends SharedGates {
    private final Map<Long, String> states = new HashMap<>();
    private int written;
    private int failures;

    @Override
    public void with(
        long keyId,
        java.util.function.Supplier<String> fresh,
        java.util.function.UnaryOperator<String> work) {
      if (failures > 0) {
        failures--;
        throw new jakarta.ejb.EJBException("its row is there already");
      }
      String before = states.computeIfAbsent(keyId, id -> fresh.get());
      String after = work.apply(before);
      written += after.equals(before) ? 0 : 1;
      states.put(keyId, after);
    }
  }

  private Counters newCounters() {
    return new Counters(resting, lent, nodes, newGates(), time);
  }

  private Gates newGates() {
    return new Gates(
        new StoredGates(), new Credits(clock), rows, nodes, new Settings(name -> Optional.empty()));
  }

  @Test
  void aCounterIsReadOnceAndGoesOn() {
    resting.known.put(7L, new Counter.Stored(7, NOW, 1, NOW, 2, Window.DAY.startOf(NOW), 3));
    Counter counter = counters.of(7);
    assertThat(counter.used(Window.DAY, NOW)).isEqualTo(3);
    assertThat(counters.of(7)).isSameAs(counter);
    assertThat(counters.of(7, null)).as("read by somebody else beside").isSameAs(counter);
    assertThat(resting.asked).isEqualTo(1);
    assertThat(counters.of(8, new Counter.Stored(8, NOW, 1, NOW, 1, NOW, 1)).used(Window.HOUR, NOW))
        .isEqualTo(1);
    assertThat(resting.asked).as("what was read is not read again").isEqualTo(1);
    assertThat(counters.of(9).used(Window.DAY, NOW)).isZero();
  }

  @Test
  void onlyWhatHasChangedIsWrittenAndAgainWhatCouldNotBe() {
    counters.of(7).tryTake(HUNDRED, NOW);
    counters.of(8);
    resting.away = true;
    assertThatThrownBy(counters::flush).hasMessage("away");
    resting.away = false;
    counters.flush();
    assertThat(resting.known).containsOnlyKeys(7L);
    resting.known.clear();
    counters.flush();
    assertThat(resting.known).isEmpty();
  }

  @Test
  void whatNobodyHasUsedForHalfAnHourIsDropped() {
    Counter counter = counters.of(7);
    Counter used = counters.of(8);
    clock.forward(Duration.ofMinutes(29));
    counters.prune();
    assertThat(counters.of(7, null)).as("which is a use of it").isSameAs(counter);
    clock.forward(Duration.ofMinutes(29));
    counters.prune();
    assertThat(counters.of(7)).isSameAs(counter);
    assertThat(counters.of(8)).isNotSameAs(used);
    clock.forward(Duration.ofMinutes(5));
    counters.prune();
    assertThat(counters.of(7)).isNotSameAs(counter);
  }

  @Test
  void aKeyWithMoreLimitsHasAGate() {
    assertThat(counters.gate(7, null)).isNull();
    assertThat(counters.gate(7, rules())).isNotNull();
    assertThat(counters.parts()).as("nothing is shared").isZero();
    assertThat(counters.asked()).isZero();
  }

  @Test
  void limitsThatAreSharedAreLentAndGivenBack() {
    nodes.shared = true;
    Counter counter = counters.of(7);
    assertThat(counters.of(7, null)).isSameAs(counter);
    assertThat(resting.asked).as("it rests with all nodes").isZero();
    assertThat(counters.parts()).isZero();
    assertThat(counter.tryTake(HUNDRED, NOW)).isNull();
    assertThat(counters.parts()).isEqualTo(1);
    assertThat(counters.asked()).isEqualTo(1);
    assertThat(lent.nodes).containsExactly(3);
    assertThat(counter.used(Window.DAY, NOW)).as("with what others have").isEqualTo(21);
    assertThat(counters.current(7, NOW).used(Window.DAY, NOW)).isEqualTo(46);
    counters.giveBack();
    assertThat(lent.back).containsExactly(9L);
    assertThat(counters.parts()).isZero();
    counters.flush();
    assertThat(resting.known).isEmpty();
  }

  @Test
  void twoNodesThatBeginTheRowOfAKeyAtOnceBothGoOn() {
    nodes.shared = true;
    lent.failures = 1;
    assertThat(counters.of(7).tryTake(HUNDRED, NOW)).isNull();
    assertThat(counters.asked()).as("one wish").isEqualTo(1);
    lent.failures = 2;
    assertThatThrownBy(() -> counters.of(8).tryTake(HUNDRED, NOW))
        .isInstanceOf(IllegalStateException.class);
  }

  private static GateRules rules() {
    return new GateRules(
        WindowLimits.UNLIMITED, Algorithm.FIXED, 0, 0, null, null, 0, 2, Map.of(), false);
  }

  private Gate gate() {
    return Objects.requireNonNull(counters.gate(7, rules()));
  }

  @Test
  void theStateOfAGateThatIsSharedIsInItsRow() {
    nodes.shared = true;
    rows.failures = 1;
    gate().tryTake(new Ask(1, 1, 0), NOW);
    assertThat(rows.written).isEqualTo(1);
    Counters other = newCounters();
    Gate there = Objects.requireNonNull(other.gate(7, rules()));
    assertThat(there.standing(null, NOW).concurrent()).isEqualTo(new Gate.InUse(2, 1));
    assertThat(rows.written).as("a look writes nothing").isEqualTo(1);
    rows.failures = 2;
    assertThatThrownBy(() -> gate().standing(null, NOW))
        .isInstanceOf(jakarta.ejb.EJBException.class);
  }
}
