package org.apikeys.web.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.apikeys.web.server.Answer;
import org.apikeys.web.server.Eventually;
import org.apikeys.web.server.Gateway;
import org.apikeys.web.server.IssuedKey;

/**
 * Asks a node about a key again and again, and remembers what was asked when. What is judged is
 * when a question was sent, by a stopwatch: how long its answer took, on a machine with other
 * things to do, says nothing.
 */
final class Asker implements AutoCloseable {
  private static final Duration PROMISE = Duration.ofSeconds(1);
  private static final Duration LONG = Duration.ofSeconds(90);

  private final Gateway gateway;
  private final IssuedKey key;
  private final List<Asked> all = new ArrayList<>();
  private final List<Thread> threads = new ArrayList<>();
  private volatile boolean stopped;

  /**
   * A question and its answer.
   *
   * @param code the decision, or the status of an answer that has none
   */
  record Asked(long sentNanos, String code) {}

  Asker(Gateway gateway, IssuedKey key) {
    this.gateway = gateway;
    this.key = key;
    run(this::askOn);
    Eventually.within(LONG, () -> assertThat(last()).isEqualTo("VALID"));
  }

  private void run(Runnable asking) {
    Thread thread = new Thread(asking, "asks about a key");
    thread.setDaemon(true);
    threads.add(thread);
    thread.start();
  }

  private void askOn() {
    while (!stopped) {
      ask();
      Eventually.pause(5);
    }
  }

  /**
   * Asks once more on a connection of its own: at a node that does not answer just now, where the
   * others wait for the first answer, this question waits in its queue.
   */
  void askBeside() {
    run(this::ask);
  }

  private void ask() {
    long sent = System.nanoTime();
    String code = answer();
    synchronized (all) {
      all.add(new Asked(sent, code));
    }
  }

  private String answer() {
    try {
      Answer answer = gateway.ask(key.value());
      return answer.status() == 200
          ? answer.json().path("code").asText()
          : String.valueOf(answer.status());
    } catch (RuntimeException e) {
      return String.valueOf(e.getMessage());
    }
  }

  private String last() {
    synchronized (all) {
      return all.isEmpty() ? "nothing asked" : all.get(all.size() - 1).code();
    }
  }

  /** As {@link #requireRevokedSince(long, Duration)} with what is promised: a second. */
  long requireRevokedSince(long revokedNanos) {
    return requireRevokedSince(revokedNanos, PROMISE);
  }

  /**
   * The key was revoked: no question that was sent so much later is answered with VALID.
   *
   * @param revokedNanos when the answer to the revocation had come
   * @return milliseconds from then to the last question that was answered with VALID
   */
  long requireRevokedSince(long revokedNanos, Duration promise) {
    long late = revokedNanos + promise.toNanos();
    Eventually.within(
        LONG,
        () ->
            assertThat(asked().stream().filter(one -> one.sentNanos() - late >= 0).count())
                .as("questions so long after the revocation")
                .isGreaterThanOrEqualTo(10));
    Eventually.within(LONG, () -> assertThat(last()).isEqualTo("REVOKED"));
    close();
    long lastValid =
        asked().stream()
            .filter(one -> one.code().equals("VALID"))
            .mapToLong(one -> one.sentNanos() - revokedNanos)
            .max()
            .orElse(0);
    assertThat(Duration.ofNanos(Math.max(0, lastValid)))
        .as("the latest question after the revocation that was answered with VALID")
        .isLessThan(promise);
    return lastValid / 1_000_000;
  }

  /** Every question that has its answer. */
  List<Asked> asked() {
    synchronized (all) {
      return List.copyOf(all);
    }
  }

  /** Asks no more, and waits for the answers. */
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
