package org.apikeys.limit;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apikeys.api.verify.DecisionCode;
import org.jspecify.annotations.Nullable;

/** One call before the limits of its key: looks at each, and takes from all when it may pass. */
final class Passage {
  static final Interval DAY = Interval.parse("P1D");

  /** What is known of a call before it is made, by the name of its meter. */
  private static final String COST = "cost";

  private static final String BYTES_IN = "bytes_in";
  private static final String BYTES_OUT = "bytes_out";

  private final GateRules rules;
  private final GateState state;
  private final Counter counter;
  private final CallWindows windows;
  private final Ask ask;
  private final long now;

  Passage(GateRules rules, GateState state, Counter counter, Ask ask, long now) {
    this.rules = rules;
    this.state = state;
    this.counter = counter;
    this.ask = ask;
    this.now = state.at(counter, now);
    windows = state.windows(rules, counter, this.now);
  }

  /** The first limit that refuses, in the order of the checks; null when none does. */
  @Nullable DecisionCode refusal() {
    for (DecisionCode check :
        List.of(
            DecisionCode.RATE_LIMITED,
            DecisionCode.CONCURRENCY_EXCEEDED,
            DecisionCode.BANDWIDTH_EXCEEDED,
            DecisionCode.QUOTA_EXCEEDED)) {
      if (!passes(check)) {
        return check;
      }
    }
    return null;
  }

  boolean passes(DecisionCode check) {
    return switch (check) {
      case RATE_LIMITED -> refusing() == null;
      case CONCURRENCY_EXCEEDED -> rules.concurrent() == 0 || state.open(now) < rules.concurrent();
      case BANDWIDTH_EXCEEDED ->
          isOpen(state.upload(), rules.upload())
              && isOpen(state.download(), rules.download())
              && fits(state.usedToday(DAY, now), ask.bytesIn(), rules.bytesPerDay());
      case QUOTA_EXCEEDED -> spent() == null;
      default -> throw new IllegalArgumentException(check.name());
    };
  }

  private boolean isOpen(Bucket bucket, Bucket.@Nullable Shape shape) {
    return shape == null || bucket.isOpen(shape, now);
  }

  private static boolean fits(long used, long more, long limit) {
    return limit == 0 || (used < limit && used + more <= limit);
  }

  /** The quota that is used up, by the name of its meter; null when there is none. */
  private @Nullable String spent() {
    for (Map.Entry<String, GateRules.Quota> meter : rules.meters().entrySet()) {
      GateRules.Quota quota = meter.getValue();
      long used = state.used(meter.getKey(), quota.window(), now);
      if (used >= quota.limit() || used + known(meter.getKey()) > quota.limit()) {
        return meter.getKey();
      }
    }
    return null;
  }

  private long known(String meter) {
    return switch (meter) {
      case COST -> ask.cost();
      case BYTES_IN -> ask.bytesIn();
      default -> 0;
    };
  }

  /** The window that takes no more calls; null when all do. */
  private @Nullable Window refusing() {
    Window longest = null;
    for (Window window : rules.windows().limited()) {
      if (windows.left(rules, window, now) == 0 && !(isShortest(window) && burstLeft() > 0)) {
        longest = window;
      }
    }
    return longest;
  }

  private boolean isShortest(Window window) {
    return window == rules.shortest();
  }

  private long burstLeft() {
    Bucket.Shape burst = rules.burst();
    return burst == null ? 0 : state.burst().tokens(burst, now);
  }

  /** Takes from every limit; asked for when none refuses. */
  void take(long openUntil) {
    Window spared = null;
    Window shortest = rules.shortest();
    if (shortest != null && windows.left(rules, shortest, now) == 0) {
      spared = shortest;
      Bucket.Shape burst = rules.burst();
      if (burst != null) {
        state.burst().take(burst, 1, now);
      }
    }
    count(spared, 0);
    if (rules.concurrent() > 0) {
      state.begin(ask.callId(), openUntil);
    }
    move(ask.bytesIn(), 0, 0);
    use(COST, ask.cost(), 0);
  }

  /** Counts what was moved by a call that was made some milliseconds ago. */
  void move(long bytesIn, long bytesOut, long ago) {
    if (rules.upload() != null && bytesIn > 0) {
      state.upload().take(rules.upload(), bytesIn, ago, now);
    }
    if (rules.download() != null && bytesOut > 0) {
      state.download().take(rules.download(), bytesOut, ago, now);
    }
    if (rules.bytesPerDay() > 0 && now - ago >= DAY.startOf(now)) {
      state.moveToday(DAY, bytesIn + bytesOut, now);
    }
    use(BYTES_IN, bytesIn, ago);
    use(BYTES_OUT, bytesOut, ago);
  }

  /**
   * Counts what a call that was made some milliseconds ago used of a resource, when that is
   * limited: in the window of now, if it was made in that.
   */
  void use(String meter, long amount, long ago) {
    GateRules.Quota quota = rules.meters().get(meter);
    Interval window = quota == null ? null : quota.window();
    if (quota != null && (window == null || now - ago >= window.startOf(now))) {
      state.use(meter, window, amount, now);
    }
  }

  /** Counts a call that was decided about elsewhere, and made some milliseconds ago. */
  void count(long ago) {
    count(null, ago);
  }

  /**
   * Counts in the windows, and in those of the clock too: there a key goes on that is counted by
   * them from now on.
   */
  private void count(@Nullable Window spared, long ago) {
    windows.take(rules, spared, ago, now);
    if (rules.algorithm() != Algorithm.FIXED) {
      counter.count(ago, now);
    }
  }

  /** The window that has refused, or else the one nearest to its end. */
  Allowance allowance() {
    Window refusing = refusing();
    Allowance nearest = Allowance.UNLIMITED;
    for (Window window : rules.windows().limited()) {
      Allowance candidate = allowance(window);
      boolean nearer = nearest.window() == null || candidate.remaining() < nearest.remaining();
      if (refusing == null ? nearer : window == refusing) {
        nearest = candidate;
      }
    }
    return nearest;
  }

  private Allowance allowance(Window window) {
    long left = windows.left(rules, window, now);
    long burst = isShortest(window) ? burstLeft() : 0;
    return new Allowance(
        window,
        rules.windows().of(window),
        left + burst,
        left + burst == 0 ? nextAt(window) : windows.moreAt(rules, window, now));
  }

  /** When a window that takes nothing now takes a call again, for itself or by a burst. */
  private long nextAt(Window window) {
    long more = windows.moreAt(rules, window, now);
    Bucket.Shape burst = isShortest(window) ? rules.burst() : null;
    return burst == null ? more : Math.min(more, state.burst().holdsAt(burst, 1, now));
  }

  /** From when a call that was refused is worth another try; 0 when nobody knows. */
  long retryAt(DecisionCode refusal) {
    return switch (refusal) {
      case RATE_LIMITED -> retryWindows();
      case CONCURRENCY_EXCEEDED -> Math.min(now + 1_000, state.oldestEnds(now));
      case BANDWIDTH_EXCEEDED -> retryBandwidth();
      case QUOTA_EXCEEDED -> retryQuota();
      default -> 0;
    };
  }

  private long retryWindows() {
    Window refusing = refusing();
    return refusing == null ? now : nextAt(refusing);
  }

  private long retryBandwidth() {
    long at = now;
    if (rules.upload() != null && !isOpen(state.upload(), rules.upload())) {
      at = state.upload().holdsAt(rules.upload(), 1, now);
    }
    if (rules.download() != null && !isOpen(state.download(), rules.download())) {
      at = Math.max(at, state.download().holdsAt(rules.download(), 1, now));
    }
    return fits(state.usedToday(DAY, now), ask.bytesIn(), rules.bytesPerDay())
        ? at
        : DAY.endOf(DAY.startOf(now));
  }

  private long retryQuota() {
    String meter = spent();
    GateRules.Quota quota = meter == null ? null : rules.meters().get(meter);
    Interval window = quota == null ? null : quota.window();
    return window == null ? 0 : window.endOf(window.startOf(now));
  }

  /** Every limited window. */
  List<WindowState> windowStates() {
    List<WindowState> states = new ArrayList<>();
    for (Window window : rules.windows().limited()) {
      states.add(new WindowState(allowance(window), windows.start(window, now), used(window)));
    }
    return states;
  }

  /** Calls that a window has had; of a bucket, what is missing of it and of its burst. */
  private long used(Window window) {
    Bucket.Shape burst = isShortest(window) ? rules.burst() : null;
    long byBurst =
        rules.algorithm() == Algorithm.TOKEN_BUCKET && burst != null
            ? burst.size() - burstLeft()
            : 0;
    return windows.used(rules, window, now) + byBurst;
  }
}
