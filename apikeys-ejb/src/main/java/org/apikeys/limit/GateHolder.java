package org.apikeys.limit;

import java.util.function.Function;

/** Where the state of a gate is held: by this node alone, or by all nodes together. */
interface GateHolder {
  /**
   * Works on the state of a key, which nobody else works on meanwhile.
   *
   * @param work answers what is wanted, and whether the state was changed
   */
  <T> T with(long keyId, Function<GateState, Worked<T>> work);

  /** What work on a state came to. */
  record Worked<T>(T result, boolean changed) {}
}
