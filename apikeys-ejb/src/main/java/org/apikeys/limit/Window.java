package org.apikeys.limit;

/**
 * The windows that calls are counted in. Each begins at a multiple of its length since 1970 UTC.
 */
public enum Window {
  SECOND(0, 1_000, "PT1S"),
  MINUTE(1, 60_000, "PT1M"),
  HOUR(2, 3_600_000, "PT1H"),
  DAY(3, 86_400_000, "P1D");

  private final int place;
  private final long millis;
  private final String iso;

  Window(int place, long millis, String iso) {
    this.iso = iso;
    this.place = place;
    this.millis = millis;
  }

  /** Its place in the arrays of a {@link Counter}. */
  int place() {
    return place;
  }

  /** Its length in milliseconds. */
  public long millis() {
    return millis;
  }

  /** Its length as an ISO 8601 duration. */
  public String iso() {
    return iso;
  }

  /** When the window that contains an instant ends, in milliseconds since 1970 UTC. */
  public long endOf(long now) {
    return startOf(now) + millis;
  }

  /** When the window that contains an instant began, in milliseconds since 1970 UTC. */
  long startOf(long now) {
    return now - Math.floorMod(now, millis);
  }
}
