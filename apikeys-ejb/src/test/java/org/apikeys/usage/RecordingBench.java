package org.apikeys.usage;

import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import org.apikeys.api.verify.DecisionCode;
import org.apikeys.key.IssuedKey;
import org.apikeys.key.KeyIssuer;
import org.apikeys.key.Orders;
import org.apikeys.store.TestServices;
import org.apikeys.store.TestStore;
import org.junit.jupiter.api.Test;

/**
 * Whether twenty thousand calls a second are taken without being noticed, and what writing five
 * thousand a second costs, on PostgreSQL. Run by {@code bench/recording/run.sh}, and by nothing
 * else.
 */
class RecordingBench {
  private static final int KEYS = 1_000;
  private static final int SECONDS = 20;

  private final TestStore store = TestStore.postgres().emptied();
  private final TestServices services =
      new TestServices(store, Map.of("apikeys.usage.details-per-second", "5000"));
  private final long[] ids = new long[KEYS];

  @Test
  void measures() throws Exception {
    store.addPerson(1, TestStore.DEFAULT, "admin", "admin");
    for (int i = 0; i < KEYS; i++) {
      IssuedKey key =
          services
              .get(KeyIssuer.class)
              .issue(Orders.admin(), Orders.from("{\"name\": \"key " + i + "\"}"));
      ids[i] = key.view().id();
    }
    write(1_000, 5);
    write(5_000, SECONDS);
    take(20_000, false);
    take(20_000, true);
    take(20_000, false);
    take(20_000, true);
  }

  private Call call(long id, Random random) {
    return new Call(
        id,
        ids[random.nextInt(KEYS)],
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
        "203.0.113." + random.nextInt(200),
        services.clock().millis());
  }

  /** So many calls at once are what a second has brought. */
  private void write(int calls, int seconds) {
    CallRecorder recorder = services.get(CallRecorder.class);
    KeyUses uses = services.get(KeyUses.class);
    Random random = new Random(1);
    double[] took = new double[seconds];
    long id = 1;
    long shed = recorder.shed();
    for (int i = 0; i < seconds; i++) {
      for (int j = 0; j < calls; j++) {
        Call call = call(id++, random);
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
                "median %.0f ms, slowest %.0f ms of %d, shed %d",
                took[seconds / 2],
                took[seconds - 1],
                seconds,
                recorder.shed() - shed));
  }

  /** Takes calls at a rate, and says how long each took the one who brings it. */
  private void take(int perSecond, boolean written) throws InterruptedException {
    CallRecorder recorder = services.get(CallRecorder.class);
    AtomicBoolean done = new AtomicBoolean();
    Thread writer =
        new Thread(
            () -> {
              while (!done.get()) {
                LockSupport.parkNanos(1_000_000_000L);
                recorder.flush();
              }
            });
    if (written) {
      writer.start();
    }
    Random random = new Random(2);
    int calls = perSecond * 10;
    Call[] made = new Call[calls];
    for (int i = 0; i < calls; i++) {
      // without a number no details are kept: the writer's part was measured before
      made[i] = call(0, random);
    }
    int[] nanos = new int[calls];
    long start = System.nanoTime();
    long late = 0;
    for (int i = 0; i < calls; i++) {
      long due = start + i * (1_000_000_000L / perSecond);
      while (System.nanoTime() < due) {
        Thread.onSpinWait();
      }
      long began = System.nanoTime();
      recorder.record(made[i]);
      nanos[i] = (int) (System.nanoTime() - began);
      late = Math.max(late, began - due);
    }
    done.set(true);
    if (written) {
      writer.join();
    } else {
      recorder.flush();
    }
    Arrays.sort(nanos);
    System.out.println(
        "BENCH taking "
            + perSecond
            + " calls a second, "
            + (written ? "written each second" : "not written meanwhile")
            + ": "
            + String.format(
                Locale.ROOT,
                "p50 %.2f us, p99 %.2f us, p99.9 %.2f us, load of the machine %.0f",
                nanos[calls / 2] / 1e3,
                nanos[calls * 99 / 100] / 1e3,
                nanos[calls * 999 / 1000] / 1e3,
                ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage()));
  }
}
