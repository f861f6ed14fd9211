package org.apikeys.verifier;

/** What came out of a check, with the exit code that says so to a script. */
public enum Verdict {
  /** Everything holds. */
  SOUND(0),
  /** Something is not what was recorded. */
  ALTERED(1),
  /** Records are missing. */
  GAP(2),
  /** A signature is not by the key that it should be by. */
  SIGNATURE(3),
  /** The call was wrong, and nothing was checked. */
  USAGE(4);

  private final int exitCode;

  Verdict(int exitCode) {
    this.exitCode = exitCode;
  }

  public int exitCode() {
    return exitCode;
  }
}
