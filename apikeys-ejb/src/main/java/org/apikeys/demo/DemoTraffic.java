package org.apikeys.demo;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.time.Clock;
import java.util.List;
import java.util.Random;
import org.apikeys.key.IssuedKey;
import org.apikeys.key.KeySnapshot;
import org.apikeys.usage.Call;
import org.apikeys.usage.CallIds;
import org.apikeys.usage.CallRecorder;
import org.apikeys.verify.Attempt;
import org.apikeys.verify.Decision;
import org.apikeys.verify.Verifier;

/** Calls by the demo's keys: decided and counted like any others. */
@ApplicationScoped
class DemoTraffic {
  private static final List<String> ENDPOINTS =
      List.of("/agents", "/agents/42", "/deployments", "/orders", "/metrics");
  private static final int CALLS = 40;
  private static final long SEED = 20_260_101;

  private final Verifier verifier;
  private final CallRecorder recorder;
  private final CallIds ids;
  private final Clock clock;

  @Inject
  DemoTraffic(Verifier verifier, CallRecorder recorder, CallIds ids, Clock clock) {
    this.verifier = verifier;
    this.recorder = recorder;
    this.ids = ids;
    this.clock = clock;
  }

  @SuppressWarnings("NullAway")
  protected DemoTraffic() {
    verifier = null;
    recorder = null;
    ids = null;
    clock = null;
  }

  void make(List<IssuedKey> keys) {
    Random random = new Random(SEED);
    for (IssuedKey key : keys) {
      for (int i = 0; i < CALLS; i++) {
        call(key, random);
      }
    }
    recorder.flush();
  }

  private void call(IssuedKey issued, Random random) {
    String ip = random.nextInt(8) == 0 ? "198.51.100.7" : "203.0.113." + (1 + random.nextInt(200));
    Attempt attempt = new Attempt(null, ip, "https://www.shop.example/cart", null, 0);
    Decision decision =
        verifier.decide(issued.secret().reveal(), Verifier.ANY_ORGANIZATION, attempt);
    KeySnapshot key = decision.key();
    if (key == null) {
      return;
    }
    boolean failed = random.nextInt(25) == 0;
    int status = decision.code().status() == 200 && failed ? 500 : decision.code().status();
    recorder.record(
        new Call(
            ids.next(),
            key.id(),
            key.organizationId(),
            key.generation(),
            decision.code(),
            ENDPOINTS.get(random.nextInt(ENDPOINTS.size())),
            random.nextInt(4) == 0 ? "POST" : "GET",
            status,
            5_000L + random.nextInt(120_000),
            true,
            (long) random.nextInt(4_000),
            (long) random.nextInt(40_000),
            ip,
            clock.millis() - random.nextInt(3_600_000)));
  }
}
