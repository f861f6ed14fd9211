package org.apikeys.limit;

import jakarta.enterprise.context.ApplicationScoped;
import java.lang.management.ManagementFactory;
import java.util.function.DoubleSupplier;

/**
 * How busy the processors of this server were, whoever kept them busy: a mean of half a minute, so
 * that a moment's work is no overload.
 */
@ApplicationScoped
public class ServerLoad {
  private static final int LOOKS = 6;

  private final double[] looks = new double[LOOKS];
  private int count;
  private DoubleSupplier source;

  public ServerLoad() {
    source =
        ManagementFactory.getOperatingSystemMXBean()
                instanceof com.sun.management.OperatingSystemMXBean system
            ? system::getCpuLoad
            : () -> 0;
  }

  /** With another source, for tests. */
  synchronized void readFrom(DoubleSupplier other) {
    source = other;
  }

  /** Looks now; asked for every {@link AdaptiveLimits#PERIOD}. */
  synchronized void look() {
    double now = source.getAsDouble();
    // below zero, or no number, where the system does not tell
    looks[count % LOOKS] = now > 0 ? now : 0;
    count++;
  }

  /** The share of the processors that was in use, 0 to 1; 0 until there were enough looks. */
  synchronized double mean() {
    if (count < LOOKS) {
      return 0;
    }
    double sum = 0;
    for (double look : looks) {
      sum += look;
    }
    return sum / LOOKS;
  }
}
