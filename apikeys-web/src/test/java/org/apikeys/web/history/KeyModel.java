package org.apikeys.web.history;

import java.util.Collection;
import java.util.List;
import java.util.function.Predicate;

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

  /** The key was read, with its status. */
  record Read(String status) implements Deed {}

  /** The key was switched on or off. */
  record Switched(boolean on) implements Deed {}

  record Revoked() implements Deed {}

  /** A new secret was made, which has the number. */
  record Rotated(int secret) implements Deed {}

  /**
   * Whether a key that does one thing after the other can have been seen so.
   *
   * <p>Decisions and reads are judged apart, each with all changes: a change is read as soon as the
   * store has it, and decided by when the node has forgotten what it knew, which is before the
   * change is answered, and a moment after the store has it.
   */
  static boolean explains(List<Operation<Deed>> history) {
    return explainsWithout(history, Read.class::isInstance)
        && explainsWithout(history, Verified.class::isInstance);
  }

  private static boolean explainsWithout(List<Operation<Deed>> history, Predicate<Deed> left) {
    return new Linearizability<State, Deed>(ISSUED, KeyModel::after, KeyModel::changesNothing)
        .holds(history.stream().filter(one -> !left.test(one.input())).toList());
  }

  private static boolean changesNothing(Deed deed) {
    return deed instanceof Verified || deed instanceof Read;
  }

  /** The state that follows; none when this can't have been answered in this state. */
  static Collection<State> after(State state, Deed deed) {
    if (deed instanceof Verified verified) {
      return code(state, verified.secret()).equals(verified.code()) ? List.of(state) : List.of();
    }
    if (deed instanceof Read read) {
      return status(state).equals(read.status()) ? List.of(state) : List.of();
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

  private static String code(State state, int secret) {
    if (state.revoked()) {
      return "REVOKED";
    }
    if (state.secret() != secret) {
      return "EXPIRED";
    }
    return state.active() ? "VALID" : "KEY_INACTIVE";
  }

  private static String status(State state) {
    if (state.revoked()) {
      return "revoked";
    }
    return state.active() ? "active" : "inactive";
  }
}
