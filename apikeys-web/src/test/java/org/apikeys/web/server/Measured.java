package org.apikeys.web.server;

/** What a campaign has measured, for the tables of docs/operations.md: a line of the log each. */
public final class Measured {
  private static final System.Logger LOG = System.getLogger(Measured.class.getName());

  private Measured() {}

  /** Writes it down. */
  public static void report(String fault, String what) {
    LOG.log(System.Logger.Level.INFO, "{0}: {1}", fault, what);
  }

  /** Since a moment of {@link System#nanoTime}. */
  public static long millisSince(long nanos) {
    return (System.nanoTime() - nanos) / 1_000_000;
  }
}
