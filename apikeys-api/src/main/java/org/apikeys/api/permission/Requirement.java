package org.apikeys.api.permission;

import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.Predicate;

/**
 * What a scope expression comes to. There is no node for {@code not}: reading an expression moves
 * it down to the scopes (De Morgan), which keeps {@link #toAdd} simple.
 */
sealed interface Requirement {

  /**
   * Whether who holds these scopes meets it. Allocates nothing.
   *
   * @param held what is held: asked for what must not be
   * @param counting what of it counts: asked for what must be
   */
  boolean isMetBy(Predicate<Scope> held, Predicate<Scope> counting);

  /** Whether who holds these scopes, all of which count, meets it. */
  default boolean isMetBy(Predicate<Scope> held) {
    return isMetBy(held, held);
  }

  /** The fewest scopes that would have to be granted in addition; empty when none would help. */
  Optional<SortedSet<String>> toAdd(Predicate<Scope> held);

  /** Adds every scope that it names. */
  void collect(Set<Scope> named);

  /** Needs nothing. */
  record Nothing() implements Requirement {
    @Override
    public void collect(Set<Scope> named) {}

    @Override
    public boolean isMetBy(Predicate<Scope> held, Predicate<Scope> counting) {
      return true;
    }

    @Override
    public Optional<SortedSet<String>> toAdd(Predicate<Scope> held) {
      return Optional.of(new TreeSet<>());
    }
  }

  /** Needs a scope. */
  record Holds(Scope scope) implements Requirement {
    @Override
    public void collect(Set<Scope> named) {
      named.add(scope);
    }

    @Override
    public boolean isMetBy(Predicate<Scope> held, Predicate<Scope> counting) {
      return counting.test(scope);
    }

    @Override
    public Optional<SortedSet<String>> toAdd(Predicate<Scope> held) {
      SortedSet<String> missing = new TreeSet<>();
      if (!isMetBy(held)) {
        missing.add(scope.toString());
      }
      return Optional.of(missing);
    }
  }

  /** Needs a scope not to be held. */
  record Lacks(Scope scope) implements Requirement {
    @Override
    public void collect(Set<Scope> named) {
      named.add(scope);
    }

    @Override
    public boolean isMetBy(Predicate<Scope> held, Predicate<Scope> counting) {
      return !held.test(scope);
    }

    @Override
    public Optional<SortedSet<String>> toAdd(Predicate<Scope> held) {
      return isMetBy(held) ? Optional.of(new TreeSet<>()) : Optional.empty();
    }
  }

  /** Needs both. */
  record Both(Requirement left, Requirement right) implements Requirement {
    @Override
    public void collect(Set<Scope> named) {
      left.collect(named);
      right.collect(named);
    }

    @Override
    public boolean isMetBy(Predicate<Scope> held, Predicate<Scope> counting) {
      return left.isMetBy(held, counting) && right.isMetBy(held, counting);
    }

    @Override
    public Optional<SortedSet<String>> toAdd(Predicate<Scope> held) {
      return left.toAdd(held)
          .flatMap(
              missing ->
                  right
                      .toAdd(held)
                      .map(
                          more -> {
                            missing.addAll(more);
                            return missing;
                          }))
          // what one side wants to be added the other may forbid
          .filter(all -> isMetBy(scope -> held.test(scope) || all.contains(scope.toString())));
    }
  }

  /** Needs one of two. */
  record Either(Requirement left, Requirement right) implements Requirement {
    @Override
    public void collect(Set<Scope> named) {
      left.collect(named);
      right.collect(named);
    }

    @Override
    public boolean isMetBy(Predicate<Scope> held, Predicate<Scope> counting) {
      return left.isMetBy(held, counting) || right.isMetBy(held, counting);
    }

    @Override
    public Optional<SortedSet<String>> toAdd(Predicate<Scope> held) {
      Optional<SortedSet<String>> first = left.toAdd(held);
      Optional<SortedSet<String>> second = right.toAdd(held);
      if (first.isEmpty() || second.isEmpty()) {
        return first.or(() -> second);
      }
      return second.get().size() < first.get().size() ? second : first;
    }
  }
}
