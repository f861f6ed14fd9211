package org.apikeys.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.apikeys.api.cluster.Heard;
import org.apikeys.api.cluster.Topic;
import org.apikeys.setting.Settings;
import org.apikeys.store.Told;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A stopwatch of the test's own stands for pauses: no clock has a part in it. */
@Timeout(60)
class ChangeReaderTest {
  private final AtomicLong nanos = new AtomicLong(1_000_000_000_000L);
  private final Feed feed = new Feed();
  private final List<Heard> heard = Collections.synchronizedList(new ArrayList<>());
  private final ChangeReader reader =
      new ChangeReader(
          feed, new NoReceipts(), Told.to(heard::add), Told.to(tick -> {}), nanos::get);

  /** What has been committed, by number; what is read can be made slow, or to fail. */
  private static final class Feed extends ChangeFeed {
    final TreeSet<Long> committed = new TreeSet<>();
    final AtomicInteger reads = new AtomicInteger();
    volatile @Nullable CountDownLatch slow;
    final CountDownLatch begun = new CountDownLatch(1);
    volatile boolean away;

    Feed() {
      super(Clock.systemUTC(), new Settings(name -> Optional.empty()));
    }

    synchronized void commit(long id) {
      committed.add(id);
    }

    @Override
    public synchronized long newest() {
      return committed.isEmpty() ? 0 : committed.last();
    }

    @Override
    public List<Entry> after(long id) {
      reads.incrementAndGet();
      if (away) {
        throw new IllegalStateException("the store is away");
      }
      List<Entry> found;
      synchronized (this) {
        found =
            committed.tailSet(id, false).stream()
                .map(one -> new Entry(one, Topic.ORGANIZATION, one, 0))
                .toList();
      }
      CountDownLatch wait = slow;
      if (wait != null) {
        slow = null;
        begun.countDown();
        await(wait);
      }
      return found;
    }
  }

  private static final class NoReceipts extends Receipts {
    @Override
    public void confirm(Map<Long, Long> changes) {}
  }

  private static void await(CountDownLatch latch) {
    try {
      assertThat(latch.await(30, TimeUnit.SECONDS)).isTrue();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void pass(Duration time) {
    nanos.addAndGet(time.toNanos());
  }

  private List<Long> numbers() {
    synchronized (heard) {
      return heard.stream().map(Heard::subject).toList();
    }
  }

  @Test
  void tellsEachChangeOnce() {
    reader.read();
    feed.commit(1);
    reader.read();
    reader.read();
    assertThat(numbers()).containsExactly(1L);
  }

  @Test
  void tellsWhatCommitsLaterUnderALowerNumber() {
    feed.commit(1);
    reader.read();
    feed.commit(9);
    for (int i = 0; i < 60; i++) {
      pass(Duration.ofMillis(250));
      reader.read();
    }
    feed.commit(5);
    reader.read();
    assertThat(numbers()).containsExactly(1L, 9L, 5L);
  }

  @Test
  void whoHasSleptReadsAllThatWasWrittenMeanwhile() {
    reader.read();
    feed.commit(3);
    reader.read();
    pass(Duration.ofMinutes(4));
    feed.commit(2);
    feed.commit(4);
    reader.catchUp();
    assertThat(numbers()).as("2 had begun before the sleep").contains(2L, 3L, 4L);
    assertThat(reader.ageNanos()).isZero();
  }

  @Test
  void whoHasSleptForLongerThanChangesAreKeptForgetsAll() {
    reader.read();
    pass(Duration.ofMinutes(6));
    reader.catchUp();
    assertThat(heard).contains(new Heard(Topic.PERMISSIONS, 0), new Heard(Topic.PERSON, 0));
  }

  @Test
  void aReadThatBeganBeforeTheSleepIsNotEnough() throws InterruptedException {
    reader.read();
    CountDownLatch awake = new CountDownLatch(1);
    feed.slow = awake;
    Thread timer = new Thread(reader::read);
    timer.start();
    await(feed.begun);
    pass(Duration.ofSeconds(10));
    feed.commit(7);
    Thread call = new Thread(reader::catchUp);
    call.start();
    awake.countDown();
    timer.join();
    call.join();
    assertThat(numbers()).containsExactly(7L);
    assertThat(reader.ageNanos()).isZero();
  }

  @Test
  void asksNobodyWhoIsKnownToBeAway() {
    reader.read();
    feed.away = true;
    pass(Duration.ofSeconds(1));
    assertThatThrownBy(reader::read).hasMessageContaining("away");
    int before = feed.reads.get();
    reader.catchUp();
    assertThat(feed.reads).as("it was tried a moment ago").hasValue(before);
    pass(Duration.ofSeconds(1));
    reader.catchUp();
    assertThat(feed.reads).as("nobody has tried for a second").hasValue(before + 1);
    feed.away = false;
    pass(Duration.ofSeconds(1));
    feed.commit(1);
    reader.catchUp();
    assertThat(numbers()).containsExactly(1L);
  }

  @Test
  void waitsForAReadThatGoesOn() throws InterruptedException {
    reader.read();
    pass(Duration.ofSeconds(1));
    feed.commit(1);
    CountDownLatch answered = new CountDownLatch(1);
    feed.slow = answered;
    Thread timer = new Thread(reader::read);
    timer.start();
    await(feed.begun);
    Thread call =
        new Thread(
            () -> {
              reader.catchUp();
              heard.add(new Heard(Topic.KEY, 99));
            });
    call.start();
    answered.countDown();
    timer.join();
    call.join();
    assertThat(numbers()).as("the call is decided about after the change").containsExactly(1L, 99L);
  }

  @Test
  void knowsUpToWhereEveryoneHasLongRead() {
    feed.commit(1);
    reader.read();
    assertThat(reader.longRead()).isEmpty();
    for (int i = 0; i < 11; i++) {
      pass(Duration.ofMinutes(1));
      feed.commit(100 + i);
      reader.read();
    }
    assertThat(reader.longRead()).hasValue(100);
  }
}
