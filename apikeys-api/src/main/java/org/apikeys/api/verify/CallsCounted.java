package org.apikeys.api.verify;

import java.util.List;

/**
 * Calls were counted: fired inside the transaction that stores them, so that every sum that is kept
 * of them is right or none is.
 */
public record CallsCounted(List<CallCounts> counts) {
  public CallsCounted {
    counts = List.copyOf(counts);
  }
}
