package org.apikeys.verify;

import static org.apikeys.key.Orders.admin;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import org.apikeys.api.permission.ScopeExpression;
import org.apikeys.api.verify.DecisionCode;
import org.apikeys.cluster.ChangeReader;
import org.apikeys.key.IssuedKey;
import org.apikeys.key.KeyIssuer;
import org.apikeys.key.Orders;
import org.apikeys.store.TestServices;
import org.apikeys.store.TestStore;
import org.apikeys.usage.Call;
import org.apikeys.usage.CallRecorder;
import org.apikeys.usage.KeyUse;
import org.apikeys.usage.KeyUses;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Holds what a cached verification allocates: garbage is what makes a server pause. The bounds are
 * a third above what was measured, by a machine that interprets or has just begun to compile; it
 * allocates less once it has compiled all.
 */
class AllocationTest {
  private static final int ROUNDS = 20;
  private static final int CALLS = 500;
  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  private final TestServices services = new TestServices(TestStore.derby());
  private final ScopeExpression needed = ScopeExpression.parse("agents:read");

  @BeforeEach
  void empty() {
    TestStore.derby().emptied();
  }

  /**
   * The least that a call allocates of several rounds: the others had something else to do, too.
   */
  private long bytesOfACall(Runnable call) {
    long thread = Thread.currentThread().getId();
    long least = Long.MAX_VALUE;
    for (int i = 0; i < ROUNDS; i++) {
      services.get(ChangeReader.class).read();
      long before = THREADS.getThreadAllocatedBytes(thread);
      for (int j = 0; j < CALLS; j++) {
        call.run();
      }
      least = Math.min(least, (THREADS.getThreadAllocatedBytes(thread) - before) / CALLS);
    }
    return least;
  }

  private String issued(String limits) {
    IssuedKey key =
        services
            .get(KeyIssuer.class)
            .issue(
                admin(),
                Orders.from(
                    "{\"name\":\"hot\",\"scopes\":[\"agents:read\",\"agents:write\"],"
                        + "\"restrictions\":{\"ip\":{\"allow\":[\"203.0.113.0/24\"]},"
                        + "\"referrers\":[\"https://*.example.com/*\"]},\"rate_limits\":"
                        + limits
                        + "}"));
    return key.secret().reveal();
  }

  private Decision decide(String key, long number) {
    Attempt attempt =
        new Attempt(needed, "203.0.113.9", "https://app.example.com/x", null, 0, 1, number, null);
    Decision decision = services.get(Verifier.class).decide(key, 1, attempt);
    if (decision.code() != DecisionCode.VALID) {
      throw new AssertionError(decision.code());
    }
    return decision;
  }

  @Test
  void decidesAboutAKeyWithoutLimits() {
    String key = issued("{\"unlimited\":true}");

    assertThat(bytesOfACall(() -> decide(key, 1))).isLessThan(575);
  }

  @Test
  void decidesAboutAKeyWithThreeWindows() {
    String key =
        issued(
            "{\"requests\":{\"per_minute\":10000000,\"per_hour\":10000000,"
                + "\"per_day\":10000000}}");

    assertThat(bytesOfACall(() -> decide(key, 1))).isLessThan(735);
  }

  @Test
  void recordsACall() {
    CallRecorder recorder = services.get(CallRecorder.class);
    KeyUses uses = services.get(KeyUses.class);
    assertThat(
            bytesOfACall(
                () -> {
                  uses.isNew(new KeyUses.CallUse(7, needed, null, "203.0.113.9", "GET"));
                  uses.note(7, KeyUse.Kind.ADDRESS, "203.0.113.9");
                  recorder.record(
                      new Call(
                          1,
                          7,
                          1,
                          1,
                          DecisionCode.VALID,
                          "/agents",
                          "GET",
                          200,
                          12L,
                          false,
                          0L,
                          null,
                          "203.0.113.9",
                          1_000_000));
                }))
        .isLessThan(320);
  }
}
