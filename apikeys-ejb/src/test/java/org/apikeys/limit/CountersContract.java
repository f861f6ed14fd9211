package org.apikeys.limit;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.apikeys.cluster.Cluster;
import org.apikeys.store.TestServices;
import org.apikeys.store.TestStore;
import org.junit.jupiter.api.Test;

/** A restart gives nobody a fresh day. */
interface CountersContract {
  TestStore store();

  @Test
  default void goesOnAfterARestart() {
    TestServices services = new TestServices(store().emptied());
    Counters counters = services.get(Counters.class);
    long now = services.clock().millis();
    WindowLimits limits = WindowLimits.UNLIMITED;
    for (int i = 0; i < 3; i++) {
      counters.of(7).tryTake(limits, now);
    }
    counters.flush();
    counters.of(7).tryTake(limits, now);
    counters.of(8).tryTake(limits, now);
    counters.flush();

    Counters restarted = new TestServices(store()).get(Counters.class);

    for (Window window : new Window[] {Window.MINUTE, Window.HOUR, Window.DAY}) {
      assertThat(restarted.of(7).used(window, now)).as(window.name()).isEqualTo(4);
      assertThat(restarted.of(8).used(window, now)).isEqualTo(1);
      assertThat(restarted.of(9).used(window, now)).isZero();
      assertThat(restarted.of(7).start(window, now)).isEqualTo(window.startOf(now));
    }
    assertThat(restarted.of(7).used(Window.MINUTE, now + 60_000)).isZero();
  }

  @Test
  default void aClockThatWasAheadKeepsNoWindowFull() {
    TestServices ahead = new TestServices(store().emptied());
    ahead.clock().forward(Duration.ofDays(400));
    WindowLimits limits = new WindowLimits(WindowLimits.NONE, 3, WindowLimits.NONE, 5);
    Counters counters = ahead.get(Counters.class);
    for (int i = 0; i < 3; i++) {
      assertThat(counters.of(7).tryTake(limits, ahead.clock().millis())).isNull();
    }
    counters.flush();

    TestServices right = new TestServices(store());
    Counter counter = right.get(Counters.class).of(7);
    assertThat(counter.tryTake(limits, right.clock().millis()))
        .as("nor is any refilled")
        .isEqualTo(Window.MINUTE);
    right.clock().forward(Duration.ofMinutes(1));
    assertThat(counter.tryTake(limits, right.clock().millis())).isNull();
    assertThat(counter.used(Window.DAY, right.clock().millis())).isEqualTo(4);
  }

  @Test
  default void writesOnlyWhatHasChanged() {
    TestServices services = new TestServices(store().emptied());
    Counters counters = services.get(Counters.class);
    counters.of(7).tryTake(WindowLimits.UNLIMITED, services.clock().millis());
    counters.flush();
    store().execute("DELETE FROM limit_counter");
    counters.flush();

    assertThat(store().number("SELECT COUNT(*) FROM limit_counter")).isZero();
  }

  @Test
  default void dropsWhatNobodyUses() {
    TestServices services = new TestServices(store().emptied());
    Counters counters = services.get(Counters.class);
    Counter counter = counters.of(7);
    counter.tryTake(WindowLimits.UNLIMITED, services.clock().millis());
    services.clock().forward(Duration.ofHours(1));
    counters.prune();
    assertThat(counters.of(7)).as("not stored yet").isSameAs(counter);
    counters.flush();
    counters.prune();
    assertThat(counters.of(7)).isNotSameAs(counter);
  }

  @Test
  default void keepsWhatIsInUseThoughTheClockIsSetForth() {
    TestServices services = new TestServices(store().emptied());
    SteadyTime time = new SteadyTime(services.clock(), () -> 0);
    Counters counters =
        new Counters(
            services.get(StoredCounters.class),
            services.get(SharedCounts.class),
            services.get(Cluster.class),
            services.get(Gates.class),
            time);
    Counter held = counters.of(7);
    held.tryTake(WindowLimits.UNLIMITED, time.millis());
    counters.flush();
    services.clock().forward(Duration.ofHours(1));
    counters.prune();
    assertThat(counters.of(7)).isSameAs(held);
  }

  @Test
  default void keepsWhatSomebodyHasInHandsThoughNothingCounts() {
    TestServices services = new TestServices(store().emptied());
    Counters counters = services.get(Counters.class);
    Counter held = counters.of(7, null);
    services.clock().forward(Duration.ofMinutes(20));
    counters.prune();
    assertThat(counters.of(7)).as("read ahead, and not called yet").isSameAs(held);
    for (int i = 0; i < 3; i++) {
      // as every decision about its key does, also one that refuses
      held.seen(services.clock().millis());
      services.clock().forward(Duration.ofMinutes(20));
      counters.prune();
    }
    assertThat(counters.of(7)).as("refused for an hour").isSameAs(held);

    held.tryTake(WindowLimits.UNLIMITED, services.clock().millis());
    counters.flush();
    assertThat(store().number("SELECT COUNT(*) FROM limit_counter")).isEqualTo(1);
  }
}
