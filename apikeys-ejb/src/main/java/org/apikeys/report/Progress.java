package org.apikeys.report;

/** Is told how far a report is, and may stop it by an exception. */
@FunctionalInterface
public interface Progress {
  /** For a report that nobody watches. */
  Progress UNWATCHED = share -> {};

  /**
   * So much is done.
   *
   * @param share from 0 to 1
   */
  void reached(double share);

  /** The progress of a part that begins at one share of the whole and ends at another. */
  default Progress within(double from, double to) {
    return share -> reached(from + (to - from) * share);
  }
}
