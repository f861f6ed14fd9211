package org.apikeys.key;

import org.jspecify.annotations.Nullable;

/**
 * Which keys are wanted; null is any.
 *
 * @param owner user name of the owner
 * @param scope a scope that was granted by name
 * @param q words in the name, or the beginning of the visible prefix
 */
public record KeyFilter(
    @Nullable KeyStatus status,
    @Nullable String environment,
    @Nullable String type,
    @Nullable String owner,
    @Nullable String scope,
    @Nullable String tag,
    @Nullable String q,
    Sort sort,
    boolean descending) {

  /** The keys that can be used now. */
  static final KeyFilter ACTIVE =
      new KeyFilter(KeyStatus.ACTIVE, null, null, null, null, null, null, Sort.ID, false);

  /** All keys, those that were used last first. */
  public static final KeyFilter LATEST_USED =
      new KeyFilter(null, null, null, null, null, null, null, Sort.LAST_USED, true);

  /** What a list can be sorted by. */
  public enum Sort {
    ID("k.id"),
    NAME("k.nameKey"),
    CREATED_AT("k.createdAt"),
    LAST_USED("c.lastUsedMillis"),
    USAGE_COUNT("c.allowed");

    private final String path;

    Sort(String path) {
      this.path = path;
    }

    String path() {
      return path;
    }

    /** Whether the counts are in this order, and not the keys themselves. */
    boolean isOfCounts() {
      return path.startsWith("c.");
    }
  }
}
