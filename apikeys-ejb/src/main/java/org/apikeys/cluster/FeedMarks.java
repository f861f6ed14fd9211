package org.apikeys.cluster;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.OptionalLong;

/**
 * How far the feed had been read when, by the stopwatch of this node: what is read again, and what
 * is removed, depends on nobody's clock.
 */
final class FeedMarks {
  private final Deque<Mark> marks = new ArrayDeque<>();
  private final long first;
  private final long keptNanos;

  /** The highest number that had been seen at an instant of {@link System#nanoTime}. */
  private record Mark(long nanos, long id) {}

  /**
   * Begins.
   *
   * @param first what counts as seen for all time before
   */
  FeedMarks(long first, long keptNanos) {
    this.first = first;
    this.keptNanos = keptNanos;
  }

  /** All up to this number that had committed by now were seen now. */
  void add(long nanos, long id) {
    if (marks.isEmpty() || marks.getLast().id() != id) {
      marks.addLast(new Mark(nanos, id));
    }
    while (marks.size() > 1 && secondIsOld(nanos)) {
      marks.removeFirst();
    }
  }

  private boolean secondIsOld(long now) {
    Iterator<Mark> oldest = marks.iterator();
    oldest.next();
    return now - oldest.next().nanos() > keptNanos;
  }

  /** The highest number that had been seen by then. */
  long seenBy(long nanos) {
    return known(nanos).orElse(first);
  }

  /** As {@link #seenBy}; empty when that is before the first mark. */
  OptionalLong known(long nanos) {
    for (Iterator<Mark> newest = marks.descendingIterator(); newest.hasNext(); ) {
      Mark mark = newest.next();
      if (mark.nanos() - nanos <= 0) {
        return OptionalLong.of(mark.id());
      }
    }
    return OptionalLong.empty();
  }
}
