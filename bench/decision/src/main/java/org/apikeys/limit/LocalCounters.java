package org.apikeys.limit;

import java.util.Optional;
import org.apikeys.cluster.Cluster;

/** Counters of a node alone, with nothing at rest. */
public final class LocalCounters {
  private LocalCounters() {}

  public static Counters of(SteadyTime time) {
    return new Counters(new Nothing(), null, new Alone(), null, time);
  }

  private static final class Nothing extends StoredCounters {
    @Override
    public Optional<Counter.Stored> find(long keyId) {
      return Optional.empty();
    }
  }

  private static final class Alone extends Cluster {
    @Override
    public boolean isShared() {
      return false;
    }
  }
}
