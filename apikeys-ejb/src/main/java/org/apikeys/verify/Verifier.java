package org.apikeys.verify;

import jakarta.inject.Inject;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.apikeys.api.key.KeyFormat;
import org.apikeys.api.problem.ProblemException;
import org.apikeys.api.problem.ProblemType;
import org.apikeys.api.verify.DecisionCode;
import org.apikeys.cluster.ChangeReader;
import org.apikeys.hot.Direct;
import org.apikeys.key.KeySnapshot;
import org.apikeys.key.Trial;
import org.apikeys.limit.Allowance;
import org.apikeys.limit.Ask;
import org.apikeys.limit.Gate;
import org.apikeys.limit.Outcome;
import org.apikeys.limit.SteadyTime;
import org.apikeys.limit.Window;
import org.apikeys.limit.WindowLimits;
import org.apikeys.permission.ScopeChecks;
import org.apikeys.permission.ScopeChecks.Said;
import org.apikeys.setting.Settings;
import org.apikeys.verify.Decision.Denied;
import org.apikeys.verify.Decision.Granted;
import org.jspecify.annotations.Nullable;

/**
 * Decides about calls: the one place for every way in. A cached key is decided about without the
 * database and without a lock.
 */
@Direct
public class Verifier {
  /** Any organization's keys are accepted: a key that authenticates itself. */
  public static final long ANY_ORGANIZATION = 0;

  private static final Duration LONGEST_LOAN = Duration.ofMinutes(1);
  private static final int SHORTEST_KEY = 8;
  private static final int LONGEST_KEY = 256;
  private static final KeyCheck[] CHECKS = KeyCheck.values();

  /** The limits, in the order in which they decide. */
  private static final List<DecisionCode> LIMITS =
      List.of(
          DecisionCode.RATE_LIMITED,
          DecisionCode.CONCURRENCY_EXCEEDED,
          DecisionCode.BANDWIDTH_EXCEEDED,
          DecisionCode.QUOTA_EXCEEDED,
          DecisionCode.CREDITS_EXHAUSTED);

  private final KeyCache cache;
  private final KeyFormat format;
  private final ChangeReader feed;
  private final Trials trials;
  private final Clock clock;
  private final SteadyTime time;
  private final long staleNanos;

  @Inject
  public Verifier(
      KeyCache cache,
      KeyFormat format,
      ChangeReader feed,
      Trials trials,
      Settings settings,
      Clock clock,
      SteadyTime time) {
    this.cache = cache;
    this.format = format;
    this.feed = feed;
    this.trials = trials;
    this.clock = clock;
    this.time = time;
    staleNanos = settings.staleLimit().toNanos();
  }

  /**
   * Decides, and counts the call when it is granted.
   *
   * @param presented the key as it was presented
   * @param organization the organization whose keys exist for the caller
   * @throws ProblemException {@link ProblemType#STORE_UNAVAILABLE} when what this node knows is too
   *     old to decide by
   */
  public Decision decide(String presented, long organization, Attempt attempt) {
    boolean wellFormed = format.isWellFormed(presented);
    KeySnapshot key = find(presented, wellFormed, organization);
    if (key == null) {
      return new Denied(absent(wellFormed), null, Allowance.UNLIMITED);
    }
    long now = clock.millis();
    long steady = time.millis();
    key.counter().seen(steady);
    for (KeyCheck check : CHECKS) {
      if (!check.passes(key, attempt, now)) {
        return new Denied(check.denial(), key, standing(key, attempt).allowance());
      }
    }
    Decision decision = limited(key, attempt, steady);
    Trial trial = key.trial();
    if (trial != null && decision.code() == DecisionCode.VALID) {
      trials.judge(trial, attempt, now);
    }
    return decision;
  }

  private Decision limited(KeySnapshot key, Attempt attempt, long steady) {
    if (key.gate() != null) {
      return decided(key, key.gate().tryTake(ask(attempt), steady));
    }
    WindowLimits limits = key.presentLimits();
    Window refusing = key.counter().tryTake(limits, steady);
    if (refusing != null) {
      return new Denied(
          DecisionCode.RATE_LIMITED,
          key,
          Allowance.of(refusing, limits.of(refusing), key.counter(), steady).shifted(time.shift()));
    }
    return new Granted(key, Allowance.of(limits, key.counter(), steady).shifted(time.shift()));
  }

  /**
   * Calls that are counted ahead, for a client that decides about the next ones itself.
   *
   * @param calls how many; the limits have taken them already
   * @param untilMillis from when they are worth nothing, in milliseconds since 1970 UTC
   * @param payloadBytes the largest payload of one; {@link Long#MAX_VALUE} for any
   */
  public record Lent(int calls, long untilMillis, long payloadBytes) {}

  /**
   * Counts calls ahead, as many of those that are wanted as the limits take. They end with the
   * first window in which they count, so that none is used in a window that has not counted it;
   * what is not used by then is lost.
   *
   * @return null when nothing can be lent: the call was denied, a limit is reached, or every call
   *     has to be seen (credits, open calls, bandwidth, quotas, other algorithms than fixed
   *     windows, trials that have not ended)
   */
  public @Nullable Lent lend(Decision decision, int wanted) {
    KeySnapshot key = decision.key();
    if (key == null || decision.code() != DecisionCode.VALID) {
      return null;
    }
    long now = clock.millis();
    Trial trial = key.trial();
    boolean tried = trial != null && now < trial.endsAt();
    if (key.gate() != null || key.checks() != null || tried) {
      return null;
    }
    long steady = time.millis();
    WindowLimits limits = key.presentLimits();
    long until = now + LONGEST_LOAN.toMillis();
    until = Math.min(until, Math.min(key.secretEndsAt(), key.expiresAt()));
    for (Window window : limits.limited()) {
      until = Math.min(until, window.endOf(steady) + time.shift());
    }
    int taken = 0;
    while (taken < wanted && key.counter().tryTake(limits, steady) == null) {
      taken++;
    }
    return taken == 0 ? null : new Lent(taken, until, key.payloadBytes());
  }

  private static Ask ask(Attempt attempt) {
    return new Ask(attempt.callId(), attempt.cost(), attempt.bytesIn());
  }

  /** What the gate of a key said. */
  private Decision decided(KeySnapshot key, Outcome outcome) {
    Allowance allowance = outcome.allowance().shifted(time.shift());
    if (outcome.code() == DecisionCode.VALID) {
      return new Granted(key, allowance, outcome.credits());
    }
    long retryAt = outcome.retryAtMillis();
    return new Denied(
        outcome.code(),
        key,
        allowance,
        outcome.credits(),
        retryAt == 0 ? 0 : retryAt + time.shift());
  }

  /** How a key stands with its limits, with nothing taken. */
  private Gate.Look standing(KeySnapshot key, Attempt attempt) {
    long steady = time.millis();
    if (key.gate() != null) {
      Gate.Look look = key.gate().look(ask(attempt), steady);
      return new Gate.Look(look.refusals(), look.allowance().shifted(time.shift()), look.credits());
    }
    Allowance allowance = Allowance.of(key.presentLimits(), key.counter(), steady);
    boolean full = allowance.window() != null && allowance.remaining() == 0;
    return new Gate.Look(
        full ? Set.of(DecisionCode.RATE_LIMITED) : Set.of(), allowance.shifted(time.shift()), null);
  }

  /** Values that people chose, and those of other systems, are of any form within bounds. */
  private static boolean couldBeForeign(String presented) {
    if (presented.length() < SHORTEST_KEY || presented.length() > LONGEST_KEY) {
      return false;
    }
    for (int i = 0; i < presented.length(); i++) {
      if (presented.charAt(i) <= ' ' || presented.charAt(i) > '~') {
        return false;
      }
    }
    return true;
  }

  private static DecisionCode absent(boolean wellFormed) {
    return wellFormed ? DecisionCode.NOT_FOUND : DecisionCode.MALFORMED;
  }

  /**
   * One check and how it went.
   *
   * @param check the code that it would deny with, in lower case
   * @param passed true, false, or null when it could not be looked at
   */
  public record Explained(DecisionCode check, @Nullable Boolean passed) {}

  /**
   * An explanation: the decision that would fall, and every check.
   *
   * @param plugins what the checks of plugins say of the scopes that are needed
   */
  public record Explanation(Decision decision, List<Explained> checks, List<Said> plugins) {
    public Explanation(Decision decision, List<Explained> checks) {
      this(decision, checks, List.of());
    }
  }

  /** Looks at every check and counts nothing. */
  public Explanation explain(String presented, long organization, Attempt attempt) {
    boolean ownForm = format.isWellFormed(presented);
    KeySnapshot key = find(presented, ownForm, organization);
    boolean wellFormed = ownForm || key != null;
    List<Explained> checks = new ArrayList<>();
    checks.add(new Explained(DecisionCode.MALFORMED, wellFormed));
    checks.add(new Explained(DecisionCode.NOT_FOUND, wellFormed ? key != null : null));
    if (key == null) {
      for (KeyCheck check : CHECKS) {
        checks.add(new Explained(check.denial(), null));
      }
      LIMITS.forEach(limit -> checks.add(new Explained(limit, null)));
      DecisionCode code = absent(wellFormed);
      return new Explanation(new Denied(code, null, Allowance.UNLIMITED), checks);
    }
    long now = clock.millis();
    key.counter().seen(time.millis());
    for (KeyCheck check : CHECKS) {
      checks.add(new Explained(check.denial(), check.passes(key, attempt, now)));
    }
    Gate.Look look = standing(key, attempt);
    LIMITS.forEach(limit -> checks.add(new Explained(limit, !look.refusals().contains(limit))));
    DecisionCode code =
        checks.stream()
            .filter(one -> Boolean.FALSE.equals(one.passed()))
            .map(Explained::check)
            .findFirst()
            .orElse(DecisionCode.VALID);
    return new Explanation(
        code == DecisionCode.VALID
            ? new Granted(key, look.allowance(), look.credits())
            : new Denied(code, key, look.allowance(), look.credits(), 0),
        checks,
        said(key, attempt, now));
  }

  private static List<Said> said(KeySnapshot key, Attempt attempt, long now) {
    ScopeChecks checks = key.checks();
    if (checks == null) {
      return List.of();
    }
    return checks.explain(
        attempt.needed() == null ? List.of() : attempt.needed().scopes(),
        key.scopes().on(attempt.resource()),
        attempt.seenBy(checks.key(), now));
  }

  private @Nullable KeySnapshot find(String presented, boolean ownForm, long organization) {
    if (!ownForm && !couldBeForeign(presented)) {
      return null;
    }
    long age = feed.ageNanos();
    if (age > ChangeReader.FRESH_NANOS) {
      feed.catchUp();
      age = feed.ageNanos();
    }
    if (age > staleNanos) {
      throw ProblemException.retryAfter(
          ProblemType.STORE_UNAVAILABLE,
          "The store is out of reach, and what this node knows is too old to decide by.",
          Duration.ofSeconds(1));
    }
    KeySnapshot key = cache.find(presented);
    boolean exists =
        key != null && (organization == ANY_ORGANIZATION || key.organizationId() == organization);
    return exists ? key : null;
  }
}
