package org.apikeys.limit;

import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.apikeys.api.verify.DecisionCode;
import org.apikeys.limit.GateHolder.Worked;
import org.jspecify.annotations.Nullable;

/**
 * Decides about the calls of one key that has more limits than plain windows: a call is taken from
 * all of them or from none. Credits are taken last, so that nobody pays for a refused call.
 */
public final class Gate {
  private static final Ask NOTHING = new Ask(0, 0, 0);
  private static final List<DecisionCode> CHECKS =
      List.of(
          DecisionCode.RATE_LIMITED,
          DecisionCode.CONCURRENCY_EXCEEDED,
          DecisionCode.BANDWIDTH_EXCEEDED,
          DecisionCode.QUOTA_EXCEEDED);

  private final long keyId;
  private final GateRules rules;
  private final Counter counter;
  private final Gates gates;

  Gate(long keyId, GateRules rules, Counter counter, Gates gates) {
    this.keyId = keyId;
    this.rules = rules;
    this.counter = counter;
    this.gates = gates;
  }

  /** Takes a call, or says what refuses it. */
  public Outcome tryTake(Ask ask, long now) {
    return gates.holder().with(keyId, state -> tryTake(state, ask, now));
  }

  private Worked<Outcome> tryTake(GateState state, Ask ask, long now) {
    Passage passage = new Passage(present(), state, counter, ask, now);
    DecisionCode refusal = passage.refusal();
    CreditState credits = null;
    if (rules.credits()) {
      Credits.Payment payment =
          refusal == null
              ? gates.credits().take(keyId, ask.cost())
              : new Credits.Payment(true, gates.credits().look(keyId));
      credits = payment.state();
      if (!payment.taken()) {
        Instant refill = credits.refillAt();
        return new Worked<>(
            new Outcome(
                DecisionCode.CREDITS_EXHAUSTED,
                passage.allowance(),
                credits,
                refill == null ? 0 : refill.toEpochMilli()),
            false);
      }
    }
    if (refusal != null) {
      return new Worked<>(
          new Outcome(refusal, passage.allowance(), credits, passage.retryAt(refusal)), false);
    }
    passage.take(now + gates.openMillis());
    gates.announce(keyId, ask, rules);
    return new Worked<>(new Outcome(DecisionCode.VALID, passage.allowance(), credits, 0), true);
  }

  /**
   * What the limits would say, with nothing taken.
   *
   * @param refusals every limit that would refuse
   */
  public record Look(
      Set<DecisionCode> refusals, Allowance allowance, @Nullable CreditState credits) {}

  /** The rules that count for now. */
  private GateRules present() {
    return rules.tightened(counter.adaptation());
  }

  /** Looks at every limit. */
  public Look look(Ask ask, long now) {
    return gates
        .holder()
        .with(
            keyId,
            state -> {
              Passage passage = new Passage(present(), state, counter, ask, now);
              Set<DecisionCode> refusals = EnumSet.noneOf(DecisionCode.class);
              CHECKS.stream().filter(check -> !passage.passes(check)).forEach(refusals::add);
              CreditState credits = rules.credits() ? gates.credits().look(keyId) : null;
              if (credits != null && credits.balance() < ask.cost()) {
                refusals.add(DecisionCode.CREDITS_EXHAUSTED);
              }
              return new Worked<>(new Look(refusals, passage.allowance(), credits), false);
            });
  }

  /** Counts what a call of just now came to. */
  public void report(Spent spent, long now) {
    report(spent, 0, now);
  }

  /**
   * Counts what a call came to; one that was decided elsewhere counts as a call, too. What belongs
   * to windows that are over counts in none.
   *
   * @param ago how long ago the call was made, in milliseconds
   */
  public void report(Spent spent, long ago, long now) {
    long announced = gates.takeAnnounced(keyId, spent.callId());
    boolean own = spent.callId() != 0;
    if (own && announced == Gates.DONE) {
      return;
    }
    long bytesIn = Spent.bounded(spent.bytesIn());
    long moved = own ? Math.max(0, bytesIn - (announced < 0 ? bytesIn : announced)) : bytesIn;
    gates
        .holder()
        .with(
            keyId,
            state -> {
              Passage passage = new Passage(present(), state, counter, NOTHING, now);
              if (own) {
                state.end(spent.callId());
              } else {
                passage.count(ago);
                if (rules.credits()) {
                  gates.credits().takeWhatIsThere(keyId, 1);
                }
              }
              passage.move(moved, Spent.bounded(spent.bytesOut()), ago);
              spent.meters().forEach((meter, used) -> passage.use(meter, Spent.bounded(used), ago));
              return new Worked<>(true, true);
            });
  }

  /** How the key stands with a limit that is no window. */
  public record Standing(
      List<WindowState> windows,
      @Nullable InUse concurrent,
      @Nullable InUse bytesPerDay,
      List<MeterState> meters,
      @Nullable CreditState credits) {}

  /** How much of a limit is in use. */
  public record InUse(long limit, long used) {}

  /**
   * How a quota stands.
   *
   * @param resetAt null when it never begins anew
   */
  public record MeterState(String meter, long limit, long used, @Nullable Instant resetAt) {}

  /**
   * How the key stands with all its limits.
   *
   * @param tightened how much of them counts; null for the whole
   */
  public Standing standing(@Nullable Adaptation tightened, long now) {
    return gates
        .holder()
        .with(
            keyId,
            state -> {
              Passage passage =
                  new Passage(rules.tightened(tightened), state, counter, NOTHING, now);
              return new Worked<>(
                  new Standing(
                      passage.windowStates(),
                      rules.concurrent() == 0
                          ? null
                          : new InUse(rules.concurrent(), state.open(now)),
                      rules.bytesPerDay() == 0
                          ? null
                          : new InUse(rules.bytesPerDay(), state.usedToday(Passage.DAY, now)),
                      meters(state, now),
                      rules.credits() ? gates.credits().look(keyId) : null),
                  false);
            });
  }

  private List<MeterState> meters(GateState state, long now) {
    List<MeterState> meters = new ArrayList<>();
    rules
        .meters()
        .forEach(
            (name, quota) -> {
              Interval window = quota.window();
              meters.add(
                  new MeterState(
                      name,
                      quota.limit(),
                      state.used(name, window, now),
                      window == null
                          ? null
                          : Instant.ofEpochMilli(window.endOf(window.startOf(now)))));
            });
    meters.sort((a, b) -> a.meter().compareTo(b.meter()));
    return meters;
  }
}
