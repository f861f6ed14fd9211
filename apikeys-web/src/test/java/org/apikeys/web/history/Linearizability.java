package org.apikeys.web.history;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collection;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.function.Predicate;

/**
 * Whether operations that overlapped have an order, each at a moment between its call and its end,
 * in which a model answers as the system did (Herlihy and Wing 1990). The search is that of Wing
 * and Gong (1993), with the memory of Lowe (2017) of what was tried in vain.
 *
 * @param <S> a state of the model, with {@code equals}
 * @param <O> what was asked for and seen
 */
final class Linearizability<S, O> {
  private final S initial;
  private final BiFunction<S, O, Collection<S>> model;
  private final Predicate<O> reads;

  /**
   * With a model.
   *
   * @param model the states that follow a state; none when it would not have answered so
   * @param reads whether something never changes a state
   */
  Linearizability(S initial, BiFunction<S, O, Collection<S>> model, Predicate<O> reads) {
    this.initial = initial;
    this.model = model;
    this.reads = reads;
  }

  /** The call or the end of an operation, in a list by time. */
  private static final class Event {
    final int operation;
    final boolean call;
    Event before = this;
    Event after = this;

    Event(int operation, boolean call) {
      this.operation = operation;
      this.call = call;
    }

    void unlink() {
      before.after = after;
      after.before = before;
    }

    void link() {
      before.after = this;
      after.before = this;
    }
  }

  /** What has been put in order, and the states in which the system may be then. */
  private record Reached<S>(BitSet done, Set<S> states) {}

  /**
   * An operation that was put next, and the states before it.
   *
   * @param free whether it need not be tried elsewhere: it changed nothing and never does
   */
  private record Step<S>(Event call, Set<S> before, boolean free) {}

  /** Whether there is such an order. */
  boolean holds(List<Operation<O>> history) {
    Event[] ends = new Event[history.size()];
    Event head = list(history, ends);
    Set<Reached<S>> tried = new HashSet<>();
    Deque<Step<S>> order = new ArrayDeque<>();
    BitSet done = new BitSet(history.size());
    Set<S> states = Set.of(initial);
    Event event = head.after;
    while (head.after != head) {
      if (event != head && event.call) {
        Operation<O> next = history.get(event.operation);
        Set<S> following = after(states, next);
        BitSet then = (BitSet) done.clone();
        then.set(event.operation);
        if (!following.isEmpty() && tried.add(new Reached<>(then, following))) {
          boolean free = following.equals(states) && reads.test(next.input());
          order.push(new Step<>(event, states, free));
          done = then;
          states = following;
          event.unlink();
          ends[event.operation].unlink();
          event = head.after;
        } else {
          event = event.after;
        }
      } else {
        // an operation has ended that could be put nowhere: another one was put too soon
        Step<S> last;
        do {
          if (order.isEmpty()) {
            return false;
          }
          last = order.pop();
          done = (BitSet) done.clone();
          done.clear(last.call().operation);
          states = last.before();
          ends[last.call().operation].link();
          last.call().link();
        } while (last.free());
        event = last.call().after;
      }
    }
    return true;
  }

  private Set<S> after(Set<S> states, Operation<O> operation) {
    Set<S> following = new HashSet<>();
    for (S state : states) {
      following.addAll(model.apply(state, operation.input()));
      if (!operation.certain()) {
        following.add(state);
      }
    }
    return following;
  }

  private static <O> Event list(List<Operation<O>> history, Event[] ends) {
    record Moment(Event event, long at) {}
    List<Moment> moments = new ArrayList<>();
    for (int i = 0; i < history.size(); i++) {
      ends[i] = new Event(i, false);
      moments.add(new Moment(new Event(i, true), history.get(i).call()));
      moments.add(new Moment(ends[i], history.get(i).end()));
    }
    // of one moment, calls first: such operations overlap
    moments.sort(
        Comparator.comparingLong(Moment::at).thenComparing(one -> one.event().call ? 0 : 1));
    Event head = new Event(-1, false);
    for (Moment moment : moments) {
      Event event = moment.event();
      event.before = head.before;
      event.after = head;
      event.link();
    }
    return head;
  }
}
