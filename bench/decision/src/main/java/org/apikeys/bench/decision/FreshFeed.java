package org.apikeys.bench.decision;

import org.apikeys.cluster.ChangeReader;

/** A feed that was read just now. */
final class FreshFeed extends ChangeReader {
  FreshFeed() {
    super(null, null, null, null);
  }

  @Override
  public long ageNanos() {
    return 0;
  }
}
