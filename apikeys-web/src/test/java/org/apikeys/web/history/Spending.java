package org.apikeys.web.history;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import org.apikeys.web.server.Answer;
import org.apikeys.web.server.Eventually;
import org.apikeys.web.server.Gateway;
import org.apikeys.web.server.IssuedKey;
import org.apikeys.web.server.Tenant;

/** Calls with a key that may pass so often and no oftener. */
final class Spending {
  private static final System.Logger LOG = System.getLogger(Spending.class.getName());
  private static final long BREATH_MILLIS = 500;

  private final IssuedKey key;
  private final int most;
  private final LocalDate began = today();
  private final Queue<Long> passed = new ConcurrentLinkedQueue<>();
  private final AtomicLong refused = new AtomicLong();
  private final AtomicLong unanswered = new AtomicLong();

  private Spending(IssuedKey key, int most) {
    this.key = key;
    this.most = most;
  }

  /** Of a key with so many calls a day. */
  static Spending ofCallsADay(Tenant tenant, int most) {
    return new Spending(
        tenant.key().with("rate_limits", Map.of("requests", Map.of("per_day", most))).issue(),
        most);
  }

  /** Of a key without limits that has so many credits. */
  static Spending ofCredits(Tenant tenant, int most) {
    return new Spending(
        tenant.key().unlimited().with("credits", Map.of("balance", most)).issue(), most);
  }

  private static LocalDate today() {
    return LocalDate.now(ZoneOffset.UTC);
  }

  void call(Gateway gateway, Duration pause) {
    try {
      Answer answer = gateway.ask(key.value());
      if (answer.status() == 200) {
        if (answer.text("/code").equals("VALID")) {
          passed.add(System.nanoTime());
        } else {
          assertThat(answer.text("/code")).isIn("RATE_LIMITED", "CREDITS_EXHAUSTED");
          refused.incrementAndGet();
        }
        Eventually.pause(pause.toMillis());
        return;
      }
      if (answer.status() >= 500) {
        unanswered.incrementAndGet();
      }
    } catch (RuntimeException e) {
      if (Clients.mayHaveBeenHeard(e)) {
        unanswered.incrementAndGet();
      }
    }
    Eventually.pause(BREATH_MILLIS);
  }

  /** How many calls have passed. */
  int passed() {
    return passed.size();
  }

  /** Whether nothing more passes. */
  boolean isSpent() {
    return refused.get() > 0;
  }

  /**
   * Requires that no more have passed than may.
   *
   * @param kills moments at which a server that counts alone was killed
   * @param forgotten for how long before one the counts may be lost
   */
  void requireWithinLimit(String what, List<Long> kills, Duration forgotten) {
    long lost =
        passed.stream()
            .filter(
                at -> kills.stream().anyMatch(kill -> at < kill && kill - at < forgotten.toNanos()))
            .count();
    long days = 1 + ChronoUnit.DAYS.between(began, today());
    LOG.log(
        System.Logger.Level.INFO,
        "{0}: {1} of {2} calls passed, {3} of them shortly before a kill",
        what,
        passed.size(),
        most,
        lost);
    assertThat((long) passed.size())
        .as("calls that passed")
        .isLessThanOrEqualTo(most * days + lost);
  }

  /** Requires that every call was paid, and nothing else. */
  void requirePaid(String what, Tenant tenant) {
    long balance = tenant.admin().get(key.path() + "/credits").expect(200).number("/balance");
    LOG.log(
        System.Logger.Level.INFO,
        "{0}: {1} calls were paid and {2} perhaps, the balance went from {3} to {4}",
        what,
        passed.size(),
        unanswered.get(),
        most,
        balance);
    assertThat((long) passed.size()).as("calls that passed").isLessThanOrEqualTo(most);
    assertThat(most - balance)
        .as("what was taken")
        .isBetween((long) passed.size(), passed.size() + unanswered.get());
  }
}
