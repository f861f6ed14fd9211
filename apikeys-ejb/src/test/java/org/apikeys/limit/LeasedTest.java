package org.apikeys.limit;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apikeys.limit.SharedCounts.Share;
import org.apikeys.limit.SharedCounts.Wish;
import org.junit.jupiter.api.Test;

/**
 * One node's part of limits that others share: when it asks, what it lets through, what it owes.
 */
class LeasedTest {
  private static final long NOON = Instant.parse("2026-03-01T12:00:00Z").toEpochMilli();
  private static final long MINUTE = 60_000;

  private final Counts counts = new Counts(2);
  private final Leased leased = new Leased(counts);

  /** A window of the clock. */
  private record At(Window window, long start) {
    At(long now, Window window) {
      this(window, window.startOf(now));
    }
  }

  /** The counts of all nodes, in memory. */
  private static final class Counts implements Leased.Lender {
    private final int nodes;
    private final Map<At, Long> totals = new HashMap<>();
    private final List<List<Wish>> asked = new ArrayList<>();
    private final List<Share> back = new ArrayList<>();
    private boolean empty;

    Counts(int nodes) {
      this.nodes = nodes;
    }

    private long total(Window window, long now) {
      return totals.getOrDefault(new At(now, window), 0L);
    }

    @Override
    public List<Share> lend(List<Wish> wishes, long now) {
      asked.add(wishes);
      return wishes.stream()
          .map(
              wish -> {
                long left = wish.limit() - total(wish.window(), now) - wish.debt();
                long part = SharedCounts.part(wish.limit(), nodes);
                long given = empty ? 0 : Math.max(0, Math.min(part, left));
                totals.merge(new At(now, wish.window()), given + wish.debt(), Long::sum);
                return share(wish.window(), given + wish.debt(), now);
              })
          .toList();
    }

    private Share share(Window window, long given, long now) {
      return new Share(window, window.startOf(now), given, total(window, now));
    }

    @Override
    public List<Share> look(long now) {
      return List.of(share(Window.HOUR, 0, now));
    }

    @Override
    public void giveBack(Window window, long start, long unused) {
      back.add(new Share(window, start, unused, 0));
    }

    @Override
    public int nodes() {
      return nodes;
    }
  }

  private static WindowLimits minute(long limit) {
    return new WindowLimits(WindowLimits.NONE, limit, WindowLimits.NONE, WindowLimits.NONE);
  }

  private static WindowLimits day(long limit) {
    return new WindowLimits(WindowLimits.NONE, WindowLimits.NONE, WindowLimits.NONE, limit);
  }

  private void take(WindowLimits limits, int calls) {
    for (int i = 0; i < calls; i++) {
      assertThat(leased.tryTake(limits, NOON)).as("call " + (i + 1)).isNull();
    }
  }

  @Test
  void letsTheWholeLimitThroughAndAsksNoMoreWhenItIsUsed() {
    take(minute(5), 5);
    assertThat(counts.asked).hasSize(5);
    for (int i = 0; i < 3; i++) {
      assertThat(leased.tryTake(minute(5), NOON)).isEqualTo(Window.MINUTE);
    }
    assertThat(counts.asked).as("nothing is left to ask for").hasSize(5);
    assertThat(leased.used(Window.MINUTE, NOON)).isEqualTo(5);
    assertThat(leased.tryTake(minute(5), NOON + MINUTE)).as("in the next minute").isNull();
  }

  @Test
  void asksForTheNextPartWhenHalfOfOneIsUsed() {
    WindowLimits limits = day(320);
    take(limits, 4);
    assertThat(counts.asked).as("a part is ten calls").hasSize(1);
    take(limits, 1);
    assertThat(counts.asked).hasSize(2);
    assertThat(counts.asked.get(1))
        .containsExactly(new Wish(Window.DAY, 320, 5, Window.DAY.startOf(NOON), 0));
    take(limits, 9);
    assertThat(counts.asked).hasSize(2);
    take(limits, 1);
    assertThat(counts.asked).hasSize(3);
  }

  @Test
  void theWindowThatIsUsedUpRefusesAndTheLongestOfThemTells() {
    WindowLimits limits = new WindowLimits(WindowLimits.NONE, 3, 3, 100);
    take(limits, 3);
    assertThat(leased.tryTake(limits, NOON)).isEqualTo(Window.HOUR);
    assertThat(leased.used(Window.DAY, NOON)).as("a refused call counts nowhere").isEqualTo(3);
  }

  @Test
  void refusesWhenNothingComesThoughThereIsSome() {
    counts.empty = true;
    assertThat(leased.tryTake(minute(5), NOON)).isEqualTo(Window.MINUTE);
    assertThat(leased.tryTake(day(5), NOON)).isEqualTo(Window.DAY);
    counts.empty = false;
    assertThat(leased.tryTake(minute(5), NOON)).isNull();
  }

  @Test
  void whatWasCalledElsewhereIsADebtThatIsPaidFirst() {
    take(minute(5), 1);
    leased.count(Set.of(), NOON);
    leased.count(Set.of(), NOON);
    assertThat(leased.used(Window.MINUTE, NOON)).isEqualTo(3);
    take(minute(5), 1);
    assertThat(counts.asked.get(1))
        .containsExactly(new Wish(Window.MINUTE, 5, 0, Window.MINUTE.startOf(NOON), 2));
  }

  @Test
  void aSparedWindowIsNotCharged() {
    leased.count(Set.of(Window.MINUTE), NOON);
    assertThat(leased.used(Window.MINUTE, NOON)).isZero();
    assertThat(leased.used(Window.HOUR, NOON)).isEqualTo(1);
    assertThat(leased.used(Window.DAY, NOON)).isEqualTo(1);
  }

  @Test
  void givesBackWhatIsNotUsedOnce() {
    take(day(320), 3);
    assertThat(leased.holds()).isTrue();
    assertThat(leased.hasLeft(Window.DAY, NOON)).isTrue();
    leased.giveBack();
    leased.giveBack();
    assertThat(counts.back).containsExactly(new Share(Window.DAY, Window.DAY.startOf(NOON), 7, 0));
    assertThat(leased.holds()).isFalse();
    assertThat(leased.hasLeft(Window.DAY, NOON)).isFalse();
  }

  @Test
  void hasNothingOfAWindowThatHasEnded() {
    take(minute(320), 1);
    assertThat(leased.hasLeft(Window.MINUTE, NOON)).isTrue();
    assertThat(leased.hasLeft(Window.MINUTE, NOON + MINUTE)).isFalse();
    assertThat(leased.used(Window.MINUTE, NOON + MINUTE)).isZero();
    assertThat(leased.start(Window.MINUTE, NOON + MINUTE + 1)).isEqualTo(NOON + MINUTE);
  }

  @Test
  void preparesWithoutTaking() {
    leased.prepare(minute(320), NOON);
    leased.prepare(minute(320), NOON);
    assertThat(counts.asked).hasSize(1);
    assertThat(leased.used(Window.MINUTE, NOON)).isZero();
    assertThat(leased.hasLeft(Window.MINUTE, NOON)).isTrue();
    leased.prepare(WindowLimits.UNLIMITED, NOON);
    assertThat(counts.asked).hasSize(1);
  }

  @Test
  void aLookTellsWhatOthersHaveUsed() {
    counts.totals.put(new At(NOON, Window.HOUR), 40L);
    leased.refresh(NOON);
    assertThat(leased.used(Window.HOUR, NOON)).isEqualTo(40);
    leased.refresh(NOON - 2 * 60 * MINUTE);
    assertThat(leased.used(Window.HOUR, NOON)).as("news of an hour that is over").isEqualTo(40);
    assertThat(leased.start(Window.HOUR, NOON)).isEqualTo(Window.HOUR.startOf(NOON));
  }

  @Test
  void aKeyWithoutLimitsIsCountedAndAsksNobody() {
    take(WindowLimits.UNLIMITED, 3);
    assertThat(counts.asked).isEmpty();
    assertThat(leased.used(Window.DAY, NOON)).isEqualTo(3);
    assertThat(leased.holds()).isFalse();
  }

  @Test
  void theCounterOfAKeyWhoseLimitsAreSharedIsTheNodesPart() {
    Counter counter = Counter.shared(counts);
    assertThat(counter.tryTake(minute(5), NOON)).isNull();
    assertThat(counter.isIdleSince(NOON)).isFalse();
    counter.count(0, NOON);
    assertThat(counter.used(Window.MINUTE, NOON)).isEqualTo(2);
    assertThat(counter.start(Window.MINUTE, NOON + 1)).isEqualTo(NOON);
    assertThat(counter.takeChanged(7)).as("it rests with all nodes").isNull();
    assertThat(counter.isIdleSince(NOON)).isFalse();
    assertThat(counter.isIdleSince(NOON + MINUTE)).isTrue();

    assertThat(counter.left(minute(5), Window.MINUTE, NOON)).as("asks for it").isEqualTo(3);
    assertThat(counter.left(minute(1), Window.MINUTE, NOON)).as("what is lent").isEqualTo(1);
    assertThat(counter.holdsPart()).isTrue();
    counter.giveBack();
    assertThat(counts.back).containsExactly(new Share(Window.MINUTE, NOON, 1, 0));
    assertThat(counter.holdsPart()).isFalse();
    counts.totals.put(new At(NOON, Window.HOUR), 40L);
    counter.refresh(NOON);
    assertThat(counter.used(Window.HOUR, NOON)).isEqualTo(42);
  }

  @Test
  void aCounterHasNothingLeftWhenOthersHaveUsedItAll() {
    counts.totals.put(new At(NOON, Window.DAY), 5L);
    Counter counter = Counter.shared(counts);
    assertThat(counter.left(day(5), Window.DAY, NOON)).isZero();
    assertThat(counter.tryTake(day(5), NOON + 5 * MINUTE)).isEqualTo(Window.DAY);
    assertThat(counter.isIdleSince(NOON)).as("a refused call is no use of it").isTrue();
  }

  @Test
  void whatIsOwedIsNeitherHeldNorGivenBack() {
    leased.count(Set.of(), NOON);
    assertThat(leased.holds()).isFalse();
    leased.giveBack();
    assertThat(counts.back).isEmpty();
    take(day(320), 10);
    leased.giveBack();
    assertThat(counts.back)
        .as("the next part of ten, of which a debt was paid")
        .containsExactly(new Share(Window.DAY, Window.DAY.startOf(NOON), 10, 0));
  }
}
