package org.apikeys.client;

/** How long a decision takes that needs no question, on one thread. Run it by hand. */
final class CachedDecisionBench {
  private static final int CALLS = 1_000_000;
  private static final int ROUNDS = 8;

  private CachedDecisionBench() {}

  public static void main(String[] arguments) throws InterruptedException {
    try (FakeServer server = new FakeServer();
        ApiKeysClient client = ApiKeysClient.of(server.uri(), "gateway").start()) {
      Call call =
          Call.with("sk_live_gKFNdynC_bXIiKiRWh88a6goi9ZMQJJNTDE48oY54")
              .from("203.0.113.9", null)
              .needing("agents:read");
      server.generosity = 1_000_000;
      Thread.sleep(1_000);
      for (int round = 0; round < ROUNDS; round++) {
        long asked = server.asked.get();
        long here = client.metrics().decidedHere.sum();
        long began = System.nanoTime();
        for (int i = 0; i < CALLS; i++) {
          if (!client.begin(call).valid()) {
            throw new IllegalStateException("refused");
          }
        }
        double nanos = (double) (System.nanoTime() - began) / CALLS;
        System.out.printf(
            "%.0f ns a decision, %d asked, %d decided here%n",
            nanos, server.asked.get() - asked, client.metrics().decidedHere.sum() - here);
      }
    }
    System.exit(0);
  }
}
