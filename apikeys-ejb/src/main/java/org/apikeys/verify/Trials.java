package org.apikeys.verify;

import jakarta.inject.Inject;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.apikeys.api.permission.Scope;
import org.apikeys.api.permission.ScopeExpression;
import org.apikeys.api.verify.DecisionCode;
import org.apikeys.hot.Direct;
import org.apikeys.hot.Printable;
import org.apikeys.key.Trial;
import org.apikeys.key.TrialReport;
import org.apikeys.key.TrialStore;

/**
 * Holds granted calls against what is on trial of their keys, and counts what that would have
 * refused. Counts are written every second.
 */
@Direct
public class Trials {
  /** What a proposal can change of how a call is decided about. */
  private static final KeyCheck[] JUDGED = {KeyCheck.IP, KeyCheck.REFERRER, KeyCheck.SCOPES};

  /** So many things that a trial refuses for are told apart, since this node started. */
  static final int MOST_ITEMS = 100;

  private static final Duration QUIET = Duration.ofDays(1);
  private static final int LONGEST_ITEM = 200;
  private static final Refusal NONE = new Refusal(DecisionCode.VALID, "");

  private final Map<Of, Running> running = new ConcurrentHashMap<>();
  private final TrialStore store;
  private final Clock clock;

  @Inject
  public Trials(TrialStore store, Clock clock) {
    this.store = store;
    this.clock = clock;
  }

  /** By what trials are told apart. */
  private record Of(long keyId, long startedAt) {}

  /** What a call would have been refused with, and for. */
  private record Refusal(DecisionCode code, String item) {}

  private static final class Tally {
    final AtomicLong calls = new AtomicLong();
    volatile long lastCallAt;
  }

  private record Running(Map<Refusal, Tally> tallies) {
    long lastCallAt() {
      return tallies.values().stream().mapToLong(tally -> tally.lastCallAt).max().orElse(0);
    }

    Tally of(Refusal refusal) {
      Tally known = tallies.get(refusal);
      if (known != null) {
        return known;
      }
      // a few more when several threads come at once
      Refusal told =
          tallies.size() < MOST_ITEMS || refusal.equals(NONE)
              ? refusal
              : new Refusal(refusal.code(), TrialReport.MORE);
      return tallies.computeIfAbsent(told, fresh -> new Tally());
    }
  }

  /** Judges a call that was granted. */
  void judge(Trial trial, Attempt attempt, long now) {
    if (now >= trial.endsAt()) {
      return;
    }
    Tally tally =
        running
            .computeIfAbsent(
                new Of(trial.proposed().id(), trial.startedAt()),
                fresh -> new Running(new ConcurrentHashMap<>()))
            .of(refusal(trial, attempt, now));
    tally.lastCallAt = now;
    tally.calls.incrementAndGet();
  }

  private static Refusal refusal(Trial trial, Attempt attempt, long now) {
    for (KeyCheck check : JUDGED) {
      if (!check.passes(trial.proposed(), attempt, now)) {
        return new Refusal(check.denial(), item(check, trial, attempt));
      }
    }
    return NONE;
  }

  private static String item(KeyCheck check, Trial trial, Attempt attempt) {
    String said =
        switch (check) {
          case IP -> attempt.ip();
          case REFERRER -> attempt.referrer() == null ? null : page(attempt.referrer());
          default -> attempt.needed() == null ? null : missing(trial, attempt, attempt.needed());
        };
    // blanks at the end make no difference to the embedded store
    String text = said == null ? "" : Printable.of(said).strip();
    String shown = text.length() > LONGEST_ITEM ? text.substring(0, LONGEST_ITEM) : text;
    return shown.isBlank() ? "unknown" : shown.strip();
  }

  /** Without its query, where people are. */
  private static String page(String referrer) {
    int end = 0;
    while (end < referrer.length() && referrer.charAt(end) != '?' && referrer.charAt(end) != '#') {
      end++;
    }
    return referrer.substring(0, end);
  }

  private static String missing(Trial trial, Attempt attempt, ScopeExpression needed) {
    List<String> missing = new ArrayList<>();
    List<Scope> scopes = needed.scopes();
    for (int i = 0; i < scopes.size(); i++) {
      if (!trial.proposed().scopes().on(attempt.resource()).test(scopes.get(i))) {
        missing.add(needed.names().get(i));
      }
    }
    String names = missing.isEmpty() ? String.join(" ", needed.names()) : String.join(" ", missing);
    return attempt.resource() == null ? names : names + " on " + attempt.resource();
  }

  /** Writes what has come; what can't be written is kept for the next time. */
  public synchronized void flush() {
    List<TrialStore.Count> counts = new ArrayList<>();
    running.forEach(
        (of, trial) ->
            trial
                .tallies()
                .forEach(
                    (refusal, tally) -> {
                      long calls = tally.calls.getAndSet(0);
                      if (calls > 0) {
                        counts.add(
                            new TrialStore.Count(
                                of.keyId(),
                                of.startedAt(),
                                refusal.code(),
                                refusal.item(),
                                calls,
                                tally.lastCallAt));
                      }
                    }));
    if (counts.isEmpty()) {
      return;
    }
    // in one order, so that two nodes never wait for each other in a circle
    counts.sort(
        Comparator.comparing(TrialStore.Count::keyId)
            .thenComparing(TrialStore.Count::code)
            .thenComparing(TrialStore.Count::item));
    try {
      store.add(counts);
    } catch (RuntimeException e) {
      counts.forEach(this::putBack);
      throw e;
    }
  }

  private void putBack(TrialStore.Count count) {
    Running trial = running.get(new Of(count.keyId(), count.startedAt()));
    if (trial != null) {
      trial.of(new Refusal(count.code(), count.item())).calls.addAndGet(count.calls());
    }
  }

  /** Forgets trials that no call was judged in for a day: they have ended, or begin anew. */
  void forgetQuiet() {
    long longAgo = clock.millis() - QUIET.toMillis();
    running.values().removeIf(trial -> trial.lastCallAt() < longAgo);
  }
}
