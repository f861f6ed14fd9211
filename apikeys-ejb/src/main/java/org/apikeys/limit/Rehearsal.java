package org.apikeys.limit;

import java.time.Instant;
import java.util.Map;
import org.apikeys.api.verify.DecisionCode;
import org.jspecify.annotations.Nullable;

/**
 * What limits would have said to calls that were made: decided as at a {@link Gate}, over counts of
 * its own. Credits and open calls are not asked about.
 */
public final class Rehearsal {
  private static final long STANDARD_COST = 1;

  private final GateRules rules;
  private final @Nullable Long payloadBytes;
  private final GateState state = GateState.fresh();
  private final Counter counter = new Counter();

  /** Begins with nothing used. */
  public Rehearsal(RateLimits limits, @Nullable Map<String, MeterLimit> resources) {
    rules = GateRules.compiled(limits.withoutConcurrent(), resources, false);
    payloadBytes = limits.payloadBytes();
  }

  /**
   * Decides about the next call, and counts it when it is taken.
   *
   * @param bytesIn null when unknown
   * @param bytesOut null when unknown
   */
  public DecisionCode decide(Instant at, @Nullable Long bytesIn, @Nullable Long bytesOut) {
    long in = Spent.bounded(bytesIn);
    if (payloadBytes != null && in > payloadBytes) {
      return DecisionCode.PAYLOAD_TOO_LARGE;
    }
    long now = at.toEpochMilli();
    Passage passage = new Passage(rules, state, counter, new Ask(0, STANDARD_COST, in), now);
    DecisionCode refusal = passage.refusal();
    if (refusal != null) {
      return refusal;
    }
    passage.take(now);
    passage.move(0, Spent.bounded(bytesOut), 0);
    return DecisionCode.VALID;
  }
}
