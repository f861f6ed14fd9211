package org.apikeys.api.verify;

import java.util.List;

/**
 * Calls of these keys, which {@link CallsCounted} told of before, were added to the sums: fired
 * inside the transaction that does so, on one node for all. Under load it comes later than the
 * calls were counted, and for many of them at once.
 *
 * @param keyIds the numbers of the keys, in their order
 */
public record CallsRolledUp(List<Long> keyIds) {
  public CallsRolledUp {
    keyIds = List.copyOf(keyIds);
  }
}
