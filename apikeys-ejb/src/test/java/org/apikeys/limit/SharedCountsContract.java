package org.apikeys.limit;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.apikeys.limit.SharedCounts.Share;
import org.apikeys.limit.SharedCounts.Wish;
import org.apikeys.store.TestServices;
import org.apikeys.store.TestStore;
import org.junit.jupiter.api.Test;

/** What a node is lent of a limit, by what stands in the row that all share. */
interface SharedCountsContract {
  long KEY = 7;
  long NOW = 1_772_366_400_000L + 5_000;
  long MINUTE = Window.MINUTE.startOf(NOW);
  long DAY = Window.DAY.startOf(NOW);
  int NODES = 2;

  TestStore store();

  private SharedCounts counts() {
    return new TestServices(store().emptied()).get(SharedCounts.class);
  }

  private static Wish minute(long limit, long left, long start, long debt) {
    return new Wish(Window.MINUTE, limit, left, start, debt);
  }

  private static Share share(long given, long total) {
    return new Share(Window.MINUTE, MINUTE, given, total);
  }

  @Test
  default void lendsASixteenthOfAnEvenShareAsLongAsThereIsOne() {
    SharedCounts counts = counts();
    assertThat(SharedCounts.part(320, NODES)).isEqualTo(10);
    assertThat(SharedCounts.part(31, NODES)).isEqualTo(1);

    Wish wish = minute(325, 0, 0, 0);
    for (int i = 1; i <= 32; i++) {
      assertThat(counts.lend(KEY, List.of(wish), NODES, NOW)).containsExactly(share(10, i * 10L));
    }
    assertThat(counts.lend(KEY, List.of(wish), NODES, NOW)).containsExactly(share(5, 325));
    assertThat(counts.lend(KEY, List.of(wish), NODES, NOW)).containsExactly(share(0, 325));
    long next = MINUTE + 60_000;
    assertThat(counts.lend(KEY, List.of(wish), NODES, next))
        .containsExactly(new Share(Window.MINUTE, next, 10, 10));
  }

  @Test
  default void whatWasCalledWithoutBeingLentIsOwedInItsWindow() {
    SharedCounts counts = counts();
    counts.lend(KEY, List.of(minute(32, 0, 0, 0)), NODES, NOW);
    assertThat(counts.lend(KEY, List.of(minute(32, 0, MINUTE, 20)), NODES, NOW))
        .containsExactly(share(21, 22));
    assertThat(counts.lend(KEY, List.of(minute(32, 0, MINUTE - 60_000, 20)), NODES, NOW))
        .as("of a window that is over")
        .containsExactly(share(1, 23));
    assertThat(counts.lend(KEY, List.of(minute(32, 0, MINUTE, 10)), NODES, NOW))
        .as("beyond the limit, for it was called")
        .containsExactly(share(10, 33));
  }

  @Test
  default void aCallThatOneWindowRefusesTakesNothingOfTheOthers() {
    SharedCounts counts = counts();
    List<Wish> both = List.of(minute(1, 0, 0, 0), new Wish(Window.DAY, 320, 0, 0, 0));
    Share day = new Share(Window.DAY, DAY, 10, 10);
    assertThat(counts.lend(KEY, both, NODES, NOW)).containsExactly(share(1, 1), day);
    assertThat(counts.lend(KEY, both, NODES, NOW))
        .containsExactly(share(0, 1), new Share(Window.DAY, DAY, 0, 10));
    List<Wish> oneIsLeft = List.of(minute(1, 1, MINUTE, 0), new Wish(Window.DAY, 320, 0, 0, 0));
    assertThat(counts.lend(KEY, oneIsLeft, NODES, NOW))
        .as("with one that it has still")
        .containsExactly(share(0, 1), new Share(Window.DAY, DAY, 10, 20));
  }

  @Test
  default void aClockThatIsBehindDoesNotBringAWindowBack() {
    SharedCounts counts = counts();
    counts.lend(KEY, List.of(minute(10, 0, 0, 0)), NODES, NOW);
    assertThat(counts.lend(KEY, List.of(minute(10, 0, 0, 0)), NODES, NOW - 60_000))
        .containsExactly(share(1, 2));
  }

  @Test
  default void whatWasLentByAClockThatWasAheadCountsInTheWindowOfNowAndNoLonger() {
    SharedCounts counts = counts();
    long ahead = NOW + Window.DAY.millis();
    counts.lend(KEY, List.of(minute(32, 0, 0, 0)), NODES, ahead);
    assertThat(counts.look(KEY, NOW)).contains(share(0, 1));
    assertThat(counts.lend(KEY, List.of(minute(32, 0, 0, 0)), NODES, NOW))
        .containsExactly(share(1, 2));
    assertThat(counts.lend(KEY, List.of(minute(32, 0, 0, 0)), NODES, NOW + 60_000))
        .containsExactly(new Share(Window.MINUTE, MINUTE + 60_000, 1, 1));
  }

  @Test
  default void takesBackWhatWasNotUsedInTheSameWindow() {
    SharedCounts counts = counts();
    counts.lend(KEY, List.of(minute(320, 0, 0, 0)), NODES, NOW);
    counts.giveBack(KEY, Window.MINUTE, MINUTE, 4);
    assertThat(counts.look(KEY, NOW)).contains(share(0, 6));
    counts.giveBack(KEY, Window.MINUTE, MINUTE - 60_000, 1);
    counts.giveBack(KEY, Window.MINUTE, MINUTE, 7);
    counts.giveBack(KEY + 1, Window.MINUTE, MINUTE, 1);
    assertThat(counts.look(KEY, NOW)).contains(share(0, 6));
    counts.giveBack(KEY, Window.MINUTE, MINUTE, 6);
    assertThat(counts.look(KEY, NOW)).contains(share(0, 0));
  }

  @Test
  default void showsEveryWindowOfAKeyThatNobodyCalled() {
    SharedCounts counts = counts();
    assertThat(counts.look(KEY, NOW)).extracting(Share::window).containsExactly(Window.values());
    assertThat(counts.look(KEY, NOW)).allMatch(share -> share.given() == 0 && share.total() == 0);
    assertThat(counts.look(KEY, NOW))
        .allMatch(share -> share.start() == share.window().startOf(NOW));
  }
}
