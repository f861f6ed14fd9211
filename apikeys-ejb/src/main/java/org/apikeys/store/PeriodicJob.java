package org.apikeys.store;

import java.time.Duration;

/**
 * Something that is done again and again on every node; work that must be done once in a cluster
 * takes a lease.
 *
 * @param name what is being done, for the log: {@code delivering to webhooks}
 * @param period from the end of one run to the start of the next
 * @param needsStore false for what goes on while the store is out of reach
 */
public record PeriodicJob(String name, Duration period, Runnable work, boolean needsStore) {
  /** With work that is not even tried while the store is known to be out of reach. */
  public PeriodicJob(String name, Duration period, Runnable work) {
    this(name, period, work, true);
  }
}
