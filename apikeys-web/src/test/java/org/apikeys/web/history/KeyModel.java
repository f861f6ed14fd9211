package org.apikeys.web.history;

import java.util.Collection;
import java.util.List;

/**
 * One key as a state machine: active or not, revoked for good, and of its secrets the latest counts
 * (rotated without an overlap).
 */
final class KeyModel {
  /** The secret that the key was issued with; others are named by the rotation that made them. */
  static final int FIRST_SECRET = 0;

  /** Where a key begins. */
  static final State ISSUED = new State(true, false, FIRST_SECRET);

  private KeyModel() {}

  /** How a key stands. */
  record State(boolean active, boolean revoked, int secret) {}

  /** What was asked for, and what was seen. */
  sealed interface Deed {}

  /** A decision about a call with a secret. */
  record Verified(int secret, String code) implements Deed {}

  /** The key was switched on or off. */
  record Switched(boolean on) implements Deed {}

  record Revoked() implements Deed {}

  /** A new secret was made, which has the number. */
  record Rotated(int secret) implements Deed {}

  /** Whether a key that does one thing after the other can have been seen so. */
  static boolean explains(List<Operation<Deed>> history) {
    return new Linearizability<State, Deed>(
            ISSUED, KeyModel::after, deed -> deed instanceof Verified)
        .holds(history);
  }

  /** The state that follows; none when this can't have been answered in this state. */
  static Collection<State> after(State state, Deed deed) {
    if (deed instanceof Verified verified) {
      return codes(state, verified.secret()).contains(verified.code()) ? List.of(state) : List.of();
    }
    if (deed instanceof Revoked) {
      return List.of(new State(state.active(), true, state.secret()));
    }
    if (state.revoked()) {
      // a revoked key can't be changed
      return List.of();
    }
    if (deed instanceof Switched switched) {
      return List.of(new State(switched.on(), false, state.secret()));
    }
    if (deed instanceof Rotated rotated) {
      return List.of(new State(state.active(), false, rotated.secret()));
    }
    throw new IllegalArgumentException(deed.toString());
  }

  private static List<String> codes(State state, int secret) {
    if (state.revoked()) {
      return List.of("REVOKED");
    }
    if (state.secret() != secret) {
      return List.of("EXPIRED");
    }
    return List.of(state.active() ? "VALID" : "KEY_INACTIVE");
  }
}
