package org.apikeys.bench.permission;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.apikeys.api.permission.HeldScopes;
import org.apikeys.api.permission.ResourcePattern;
import org.apikeys.api.permission.ScopeExpression;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * The permissions of a call alone: a key with 50 scopes, 5 of them on resources, and 20 sets of 10
 * scopes each, asked for an expression of three levels. What sets come to is compiled when the key
 * is, so that a decision meets 250 names.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class PermissionBenchmark {
  private HeldScopes held;
  private final ResourcePattern resource = ResourcePattern.parse("projects/42/deployments/7");
  private final ScopeExpression granted =
      ScopeExpression.parse(
          "own7:read and (nobody:has or (set19:act9 and not (nobody:has or own3:never)))");
  private final ScopeExpression onResource =
      ScopeExpression.parse("own7:read and (nobody:has or (own48:read and not own3:never))");
  private final ScopeExpression denied =
      ScopeExpression.parse("own7:read and (nobody:has or (set19:never and not own3:never))");

  @Setup
  public void prepare() {
    List<String> names = new ArrayList<>();
    for (int i = 0; i < 45; i++) {
      names.add("own" + i + ":read");
    }
    for (int i = 45; i < 50; i++) {
      names.add("own" + i + ":read@projects/" + (i == 48 ? "42" : "7") + "/*");
    }
    for (int set = 0; set < 20; set++) {
      for (int i = 0; i < 10; i++) {
        names.add("set" + set + ":act" + i);
      }
    }
    held = HeldScopes.of(names);
    if (!granted() || !grantedOnAResource() || denied()) {
      throw new IllegalStateException("the answers are wrong");
    }
  }

  @Benchmark
  public boolean granted() {
    return granted.isSatisfiedBy(held.on(null));
  }

  @Benchmark
  public boolean grantedOnAResource() {
    return onResource.isSatisfiedBy(held.on(resource));
  }

  @Benchmark
  public boolean denied() {
    return denied.isSatisfiedBy(held.on(null));
  }
}
