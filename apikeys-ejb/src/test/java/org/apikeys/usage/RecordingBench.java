package org.apikeys.usage;

import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import org.apikeys.api.verify.DecisionCode;
import org.apikeys.key.IssuedKey;
import org.apikeys.key.KeyIssuer;
import org.apikeys.key.Orders;
import org.apikeys.store.TestServices;
import org.apikeys.store.TestStore;
import org.junit.jupiter.api.Test;

/**
 * How long writing takes of what five thousand calls of a second come to, details included, on
 * PostgreSQL. Run by {@code bench/recording/run.sh}, and by nothing else.
 */
class RecordingBench {
  private static final int KEYS = 1_000;
  private static final int SECONDS = 20;

  private final TestStore store = TestStore.postgres().emptied();
  private final TestServices services =
      new TestServices(store, Map.of("apikeys.usage.details-per-second", "5000"));
  private final long[] ids = new long[KEYS];
  private long lastCall;

  @Test
  void measures() {
    store.addPerson(1, TestStore.DEFAULT, "admin", "admin");
    for (int i = 0; i < KEYS; i++) {
      IssuedKey key =
          services
              .get(KeyIssuer.class)
              .issue(Orders.admin(), Orders.from("{\"name\": \"key " + i + "\"}"));
      ids[i] = key.view().id();
    }
    // rows are there and code is compiled before anything counts
    write(5_000, 5);
    write(5_000, SECONDS);
    write(20_000, SECONDS);
  }

  private Call call(Random random) {
    int key = random.nextInt(KEYS);
    lastCall++;
    return new Call(
        lastCall,
        ids[key],
        1,
        1,
        DecisionCode.VALID,
        "/agents/" + random.nextInt(10),
        "GET",
        200,
        (long) random.nextInt(1_000),
        true,
        100L,
        1_000L,
        "203.0.113." + key % 200,
        services.clock().millis());
  }

  /** So many calls at once are what a second has brought. */
  private void write(int calls, int seconds) {
    CallRecorder recorder = services.get(CallRecorder.class);
    KeyUses uses = services.get(KeyUses.class);
    Random random = new Random(1);
    double[] took = new double[seconds];
    long shed = recorder.shed();
    for (int i = 0; i < seconds; i++) {
      for (int j = 0; j < calls; j++) {
        Call call = call(random);
        uses.note(call.keyId(), KeyUse.Kind.ADDRESS, String.valueOf(call.ip()));
        recorder.record(call);
      }
      long began = System.nanoTime();
      recorder.flush();
      uses.flush();
      took[i] = (System.nanoTime() - began) / 1e6;
    }
    Arrays.sort(took);
    System.out.println(
        "BENCH writing "
            + calls
            + " calls of a second: "
            + String.format(
                Locale.ROOT,
                "median %.0f ms, slowest %.0f ms of %d: %.0f a second; %d without details;"
                    + " load of the machine %.0f",
                took[seconds / 2],
                took[seconds - 1],
                seconds,
                calls / took[seconds / 2] * 1e3,
                recorder.shed() - shed,
                ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage()));
  }
}
