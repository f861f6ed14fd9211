package org.apikeys.key;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.event.TransactionPhase;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import org.apikeys.api.cluster.Changed;
import org.apikeys.api.cluster.Heard;
import org.apikeys.api.cluster.Topic;
import org.jspecify.annotations.Nullable;

/**
 * How many keys there are beside a page of them. Among a million, counting takes far longer than
 * reading the page, and every page of the same list asks for it: what took long is remembered until
 * a key changes, here or on another node that is heard of, or one expires. So the total is as exact
 * as all else that a node knows.
 */
@ApplicationScoped
class KeyTotals {
  private static final Duration KEPT = Duration.ofMinutes(1);
  private static final int MOST = 1_000;
  private static final String NOW = "now";

  private final Cache<Question, Total> totals =
      Caffeine.newBuilder().maximumSize(MOST).expireAfterWrite(KEPT).build();
  private final AtomicLong changes = new AtomicLong();
  private final long slowNanos;

  private record Question(String where, Map<String, Object> parameters) {}

  private record Total(long keys, long changes, @Nullable Instant now) {}

  /** Counts what expires after an instant and until another. */
  interface Expiries {
    long between(Instant after, Instant until);
  }

  KeyTotals() {
    this(Duration.ofMillis(20));
  }

  /**
   * Remembers.
   *
   * @param slow counting that takes less than this is done each time
   */
  KeyTotals(Duration slow) {
    slowNanos = slow.toNanos();
  }

  /**
   * The total.
   *
   * @param parameters of the condition; an instant {@code now} is the one in which it is asked
   */
  long of(String where, Map<String, Object> parameters, LongSupplier count, Expiries expiries) {
    Instant now = (Instant) parameters.get(NOW);
    Map<String, Object> others = new TreeMap<>(parameters);
    others.remove(NOW);
    Question question = new Question(where, others);
    long before = changes.get();
    Total known = totals.getIfPresent(question);
    if (known != null && known.changes == before && isSame(known.now, now, expiries)) {
      return known.keys;
    }
    long began = System.nanoTime();
    long keys = count.getAsLong();
    if (System.nanoTime() - began >= slowNanos) {
      totals.put(question, new Total(keys, before, now));
    }
    return keys;
  }

  private static boolean isSame(@Nullable Instant then, @Nullable Instant now, Expiries expiries) {
    return then == null || now == null || (!now.isBefore(then) && expiries.between(then, now) == 0);
  }

  void onChange(@Observes(during = TransactionPhase.AFTER_SUCCESS) Changed change) {
    note(change.topic());
  }

  void onHeard(@Observes Heard change) {
    note(change.topic());
  }

  private void note(Topic topic) {
    if (topic == Topic.KEY) {
      changes.incrementAndGet();
    }
  }
}
