package org.apikeys.client;

import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * A decision of the Java client by what the server has lent: digest of key and address, look-up,
 * scopes, taking a call, and what is reported of it. The server is one that lends all it is asked
 * for.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 5, time = 2)
@Measurement(iterations = 5, time = 2)
@Fork(2)
public class CachedDecisionBenchmark {
  private FakeServer server;
  private ApiKeysClient client;
  private Call granted;
  private Call malformed;

  @Setup
  public void begin() throws InterruptedException {
    server = new FakeServer();
    server.generosity = 1_000_000;
    client = ApiKeysClient.of(server.uri(), "gateway").start();
    Call key = Call.with("sk_live_gKFNdynC_bXIiKiRWh88a6goi9ZMQJJNTDE48oY54").from("203.0.113.9", null);
    granted = key.needing("agents:read");
    malformed = Call.with("sk_live_gKFNdynC_bXIiKiRWh88a6goi9ZMQJJNTDE48oY55").needing("agents:read");
    // the feed of revocations is heard, without which nothing is trusted for long
    Thread.sleep(1_000);
    if (!client.begin(granted).valid() || client.begin(malformed).valid()) {
      throw new IllegalStateException("the client does not decide as it should");
    }
  }

  @TearDown
  public void end() {
    client.close();
    server.close();
  }

  @Benchmark
  public Object granted() {
    return client.begin(granted);
  }

  @Benchmark
  public Object malformed() {
    return client.begin(malformed);
  }
}
