package org.apikeys.alert;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apikeys.alert.RuleDefinition.Threshold;
import org.apikeys.api.problem.ProblemException;
import org.jspecify.annotations.Nullable;

/** Tries a rule on the recent past, without raising anything. */
@ApplicationScoped
public class RuleRehearsal {
  private static final Duration STANDARD = Duration.ofDays(1);
  private static final Duration LONGEST = Duration.ofDays(7);
  private static final int MOST_STEPS = 1_500;
  private static final int MOST_KEYS = 50;
  private static final int MOST_SHOWN = 100;

  private final RuleFigures figures;
  private final Hours hours;
  private final Clock clock;

  @Inject
  RuleRehearsal(RuleFigures figures, Hours hours, Clock clock) {
    this.figures = figures;
    this.hours = hours;
    this.clock = clock;
  }

  @SuppressWarnings("NullAway")
  protected RuleRehearsal() {
    figures = null;
    hours = null;
    clock = null;
  }

  /**
   * What would have been raised.
   *
   * @param note what could not be tried; null when all was
   * @param count how often the rule would have spoken
   * @param raised the first of them
   */
  public record Outcome(
      Instant from, Instant to, long count, List<Raised> raised, @Nullable String note) {}

  /**
   * One time that it would have spoken.
   *
   * @param keyId null when it is about the organization as a whole
   */
  public record Raised(Instant at, @Nullable String keyId, String detail) {}

  Outcome run(
      long organization, RuleDefinition rule, @Nullable Instant from, @Nullable Instant to) {
    Instant end = to == null ? clock.instant() : to;
    Instant begin = from == null ? end.minus(STANDARD) : from;
    if (!begin.isBefore(end)) {
      throw ProblemException.invalid("from", "is before to");
    }
    if (Duration.between(begin, end).compareTo(LONGEST) > 0) {
      throw ProblemException.invalid("from", "is at most 7 days before to");
    }
    return rule.threshold() == null
        ? anomalies(organization, rule, begin, end)
        : thresholds(organization, rule, begin, end);
  }

  private Outcome thresholds(long organization, RuleDefinition rule, Instant from, Instant to) {
    Threshold threshold = Objects.requireNonNull(rule.threshold());
    List<Raised> raised = new ArrayList<>();
    if (threshold.window() == null) {
      figures
          .of(organization, rule, to.toEpochMilli())
          .forEach(
              (subject, figure) -> {
                if (threshold.isPassedBy(figure)) {
                  raised.add(raised(rule, to, subject, figure));
                }
              });
      return outcome(from, to, raised, "Balances of the past are not kept: these are present.");
    }
    // each step looks back over one window, and no call is between two windows: a time with more
    // windows than can be looked at is tried at its end
    long length = threshold.length().toMillis();
    boolean whole = Duration.between(from, to).toMillis() / length <= MOST_STEPS;
    Instant begin = whole ? from : to.minusMillis(length * MOST_STEPS);
    long step =
        Math.min(
            length,
            Math.max(
                RuleFigures.grain(threshold), Duration.between(begin, to).toMillis() / MOST_STEPS));
    Map<Long, Boolean> before = new HashMap<>();
    for (Instant at = begin.plusMillis(step); !at.isAfter(to); at = at.plusMillis(step)) {
      Instant now = at;
      Map<Long, Boolean> passed = new HashMap<>();
      figures
          .of(organization, rule, now.toEpochMilli())
          .forEach(
              (subject, figure) -> {
                if (threshold.isPassedBy(figure)) {
                  passed.put(subject, true);
                  if (!before.containsKey(subject)) {
                    raised.add(raised(rule, now, subject, figure));
                  }
                }
              });
      before.clear();
      before.putAll(passed);
    }
    String note =
        whole
            ? null
            : "At most "
                + MOST_STEPS
                + " windows are tried at once: these are the last of the time, from "
                + begin
                + " on. Ask for an earlier 'to' to try those before.";
    return outcome(begin, to, raised, note);
  }

  private static Raised raised(
      RuleDefinition rule, Instant at, long subject, java.math.BigDecimal figure) {
    boolean ofKey = subject != RuleFigures.ORGANIZATION;
    String whose = ofKey ? "key-" + subject : "the organization";
    return new Raised(at, ofKey ? "key-" + subject : null, RuleScan.sentence(rule, whose, figure));
  }

  private Outcome anomalies(long organization, RuleDefinition rule, Instant from, Instant to) {
    List<Raised> raised = new ArrayList<>();
    List<Long> keys = hours.keysOf(organization, rule.scope(), MOST_KEYS + 1);
    long first = from.toEpochMilli() / Hours.HOUR;
    long last = to.toEpochMilli() / Hours.HOUR;
    int least = Objects.requireNonNull(Objects.requireNonNull(rule.anomaly()).minScore());
    List<@Nullable String> signals = Objects.requireNonNull(rule.anomaly().signals());
    for (Long key : keys.subList(0, Math.min(MOST_KEYS, keys.size()))) {
      Profile usual = new Profile();
      for (HourOf hour :
          hours
              .histories(List.of(key), first - Profile.HOURS, last + 1)
              .getOrDefault(key, List.of())) {
        if (hour.hour() >= first) {
          for (Finding finding : Detectors.ofKey(usual, hour)) {
            if (finding.score() >= least && signals.contains(finding.kind().word())) {
              raised.add(
                  new Raised(
                      Instant.ofEpochMilli(hour.hour() * Hours.HOUR),
                      "key-" + key,
                      "The key key-" + key + " " + finding.detail()));
            }
          }
        }
        usual.learn(hour);
      }
    }
    String note =
        "Where calls came from is not kept by the hour: what is about addresses, networks and"
            + " countries is not tried."
            + (keys.size() > MOST_KEYS ? " Only the " + MOST_KEYS + " newest keys are tried." : "");
    return outcome(from, to, raised, note);
  }

  private static Outcome outcome(
      Instant from, Instant to, List<Raised> raised, @Nullable String note) {
    return new Outcome(
        from, to, raised.size(), raised.subList(0, Math.min(MOST_SHOWN, raised.size())), note);
  }
}
