package org.apikeys.verifier;

/** Something that does not hold; it ends the check. */
final class Finding extends Exception {
  private final Verdict verdict;

  private Finding(Verdict verdict, String what) {
    super(what);
    this.verdict = verdict;
  }

  static Finding altered(String what) {
    return new Finding(Verdict.ALTERED, what);
  }

  static Finding gap(String what) {
    return new Finding(Verdict.GAP, what);
  }

  static Finding signature(String what) {
    return new Finding(Verdict.SIGNATURE, what);
  }

  static Finding usage(String what) {
    return new Finding(Verdict.USAGE, what);
  }

  Verdict verdict() {
    return verdict;
  }
}
