package org.apikeys.bench.decision;

import java.time.Clock;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.apikeys.api.key.Environment;
import org.apikeys.api.key.KeyFormat;
import org.apikeys.api.permission.ScopeExpression;
import org.apikeys.key.TrialStore;
import org.apikeys.limit.Counters;
import org.apikeys.limit.LocalCounters;
import org.apikeys.limit.SteadyTime;
import org.apikeys.limit.WindowLimits;
import org.apikeys.setting.Settings;
import org.apikeys.verify.Attempt;
import org.apikeys.verify.Decision;
import org.apikeys.verify.KeyCache;
import org.apikeys.verify.Trials;
import org.apikeys.verify.Verifier;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** A decision about a call with a key that this node knows, all checks on. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
public class DecisionBenchmark {
  private static final long MANY = 1_000_000_000_000L;
  private static final KeyFormat FORMAT = KeyFormat.DEFAULT;

  /** How many windows the key is limited in. */
  @Param({"0", "3"})
  int windows;

  private Verifier verifier;
  private String key;
  private final ScopeExpression needed = ScopeExpression.parse("agents:read");

  @Setup
  public void prepare() {
    Settings settings = new Settings(name -> Optional.empty());
    Clock clock = Clock.systemUTC();
    SteadyTime time = new SteadyTime(clock);
    Counters counters = LocalCounters.of(time);
    WindowLimits limits =
        windows == 0
            ? WindowLimits.UNLIMITED
            : new WindowLimits(WindowLimits.NONE, MANY, MANY, MANY);
    verifier =
        new Verifier(
            new KeyCache(new OneKey(counters, limits), settings),
            FORMAT,
            new FreshFeed(),
            new Trials(new TrialStore(), clock),
            settings,
            clock,
            time);
    key = FORMAT.compose(false, Environment.PRODUCTION, "7".repeat(FORMAT.randomLength()));
  }

  @Benchmark
  public Decision decide() {
    return verifier.decide(
        key,
        1,
        new Attempt(needed, "203.0.113.9", "https://app.example.com/x", null, 0, 1, 1, null));
  }
}
