package org.apikeys.permission;

import org.apikeys.store.Page;

/** Knows the keys that name a permission set, whether there is such a set or not. */
@FunctionalInterface
public interface SetHolders {
  /**
   * The first of the keys of an organization that name a set and may work yet: {@code key-<number>}
   *
   * @param most how many are named; the total has all
   */
  Page<String> holding(long organizationId, String set, int most);
}
