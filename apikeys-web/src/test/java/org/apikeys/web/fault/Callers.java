package org.apikeys.web.fault;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.apikeys.web.server.Answer;
import org.apikeys.web.server.Eventually;

/** Calls again and again from some threads, and remembers what came of it. */
final class Callers implements AutoCloseable {
  private final Supplier<Answer> call;
  private final Duration pause;
  private final Collection<Call> calls = new ConcurrentLinkedQueue<>();
  private final List<Thread> threads = new ArrayList<>();
  private volatile boolean stopped;

  /**
   * A call.
   *
   * @param code the decision, the code of a problem, the status of any other answer, or what went
   *     wrong
   */
  record Call(long sentNanos, long tookNanos, int status, String code) {
    long tookMillis() {
      return tookNanos / 1_000_000;
    }
  }

  Callers(int number, Duration pause, Supplier<Answer> call) {
    this.call = call;
    this.pause = pause;
    for (int i = 0; i < number; i++) {
      Thread thread = new Thread(this::callOn, "caller");
      thread.setDaemon(true);
      threads.add(thread);
      thread.start();
    }
  }

  private void callOn() {
    while (!stopped) {
      calls.add(once(call));
      Eventually.pause(pause.toMillis());
    }
  }

  /** One call, now. */
  static Call once(Supplier<Answer> call) {
    long sent = System.nanoTime();
    try {
      Answer answer = call.get();
      return new Call(sent, System.nanoTime() - sent, answer.status(), codeOf(answer));
    } catch (RuntimeException e) {
      String why = e.getCause() == null ? e.toString() : e.getCause().getClass().getSimpleName();
      return new Call(sent, System.nanoTime() - sent, 0, why);
    }
  }

  private static String codeOf(Answer answer) {
    boolean json = answer.header("content-type").orElse("").contains("json");
    if (!json || answer.body().isEmpty()) {
      return String.valueOf(answer.status());
    }
    return answer.json().path("code").asText(String.valueOf(answer.status()));
  }

  /** What was sent between two moments of the stopwatch, and has its answer. */
  List<Call> between(long fromNanos, long toNanos) {
    return calls.stream()
        .filter(one -> one.sentNanos() - fromNanos >= 0 && one.sentNanos() - toNanos < 0)
        .toList();
  }

  /** Everything that has its answer. */
  List<Call> all() {
    return List.copyOf(calls);
  }

  /** How often each code came. */
  static Map<String, Long> codes(List<Call> calls) {
    return calls.stream()
        .collect(Collectors.groupingBy(Call::code, TreeMap::new, Collectors.counting()));
  }

  /** What came of them, and how long they took. */
  static String described(List<Call> calls) {
    return codes(calls)
        + ", half within "
        + millisOf(calls, 50)
        + " ms, 99 of 100 within "
        + millisOf(calls, 99)
        + " ms, all within "
        + slowestMillis(calls)
        + " ms";
  }

  static long slowestMillis(List<Call> calls) {
    return calls.stream().mapToLong(Call::tookMillis).max().orElse(0);
  }

  /** So many of a hundred took no longer. */
  static long millisOf(List<Call> calls, int percent) {
    List<Long> all = calls.stream().map(Call::tookMillis).sorted().toList();
    return all.isEmpty() ? 0 : all.get((int) ((all.size() - 1L) * percent / 100));
  }

  /** Calls no more, and waits for the answers. */
  @Override
  public void close() {
    stopped = true;
    try {
      for (Thread thread : threads) {
        thread.join();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
