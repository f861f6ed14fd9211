package org.apikeys.store;

import java.util.List;

/**
 * What a feature does by itself. Every bean of this kind is found when the server starts, and run
 * from then on; a failure is logged once, and the work tried again.
 */
public interface Upkeep {
  /** Refuses what an operator fed in wrongly, so that the server does not start with it. */
  default void check() {}

  /** What is done again and again; asked once, when the server starts. */
  default List<PeriodicJob> jobs() {
    return List.of();
  }

  /**
   * As {@link #jobs}, for what waits for no other job: a container may run all of those in one
   * thread, which hangs with the first that the store leaves without an answer.
   */
  default List<PeriodicJob> urgentJobs() {
    return List.of();
  }

  /**
   * As {@link #jobs}, for what may take long, since it waits for somebody outside, such as a
   * receiver of messages, or goes through much: no other job waits with it.
   */
  default List<PeriodicJob> slowJobs() {
    return List.of();
  }

  /**
   * What is done once, each in a thread of its own, while the server takes calls already. It ends
   * soon when its thread is interrupted: the server is stopping.
   */
  default List<Runnable> atStart() {
    return List.of();
  }

  /** Forgets what this node no longer needs in memory; once a minute. */
  default void tidyMemory() {}

  /** Deletes what the store no longer needs; once a minute by one node of the cluster. */
  default void tidyStore() {}

  /** Writes what is in memory alone; when the server stops, and perhaps once more after that. */
  default void flush() {}

  /**
   * Answers nothing well any more that would leave something in memory; when the server stops, and
   * before it is flushed for the last time.
   */
  default void takeNoMore() {}

  /** Lets go of what other nodes wait for; when the server stops and everything is flushed. */
  default void letGo() {}
}
