package org.apikeys.limit;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import org.apikeys.limit.SharedCounts.Share;
import org.apikeys.limit.SharedCounts.Wish;
import org.junit.jupiter.api.Test;

/**
 * Fifty nodes share the limit of a minute: the nodes' own code, a store that is played, and calls
 * that meet nodes by Zipf's law. Writes its table to {@code target/lease-simulation.md}, which
 * {@code docs/performance.md} shows.
 */
class LeaseSimulationTest {
  private static final int NODES = 50;
  private static final long NOW = 1_772_366_400_000L;
  private static final long MINUTE = 60_000;

  /** What a run came to. */
  private record Run(
      long limit, double skew, double load, long calls, long admitted, long asked, long waited) {

    /** Of what the limit and the calls make possible. */
    double share() {
      return (double) admitted / Math.min(limit, calls);
    }

    String row() {
      return String.format(
          Locale.ROOT,
          "| %d | %.1f | %.1f | %.1f %% | %.1f | %.2f %% |",
          limit,
          skew,
          load,
          100 * share(),
          asked / 60.0,
          100.0 * waited / calls);
    }
  }

  /** The shared row of the key. */
  private static final class Played implements Leased.Lender {
    private final long limit;
    private long total;
    private long asked;
    private long waited;

    Played(long limit) {
      this.limit = limit;
    }

    @Override
    public List<Share> lend(List<Wish> wishes, long now) {
      asked++;
      List<Share> shares = new ArrayList<>();
      for (Wish wish : wishes) {
        waited += wish.left() == 0 ? 1 : 0;
        long given = Math.max(0, Math.min(SharedCounts.part(limit, NODES), limit - total));
        total += given;
        assertThat(total).isLessThanOrEqualTo(limit);
        shares.add(new Share(wish.window(), wish.window().startOf(now), given, total));
      }
      return shares;
    }

    @Override
    public List<Share> look(long now) {
      return List.of();
    }

    @Override
    public void giveBack(Window window, long start, long unused) {
      total -= unused;
    }

    @Override
    public int nodes() {
      return NODES;
    }
  }

  private static Run run(long limit, double skew, double load) {
    Random random = new Random(42);
    Played store = new Played(limit);
    List<Leased> nodes = new ArrayList<>();
    double[] upTo = new double[NODES];
    double sum = 0;
    for (int i = 0; i < NODES; i++) {
      nodes.add(new Leased(store));
      sum += 1 / Math.pow(i + 1.0, skew);
      upTo[i] = sum;
    }
    WindowLimits limits =
        new WindowLimits(WindowLimits.NONE, limit, WindowLimits.NONE, WindowLimits.NONE);
    long calls = Math.round(limit * load);
    long admitted = 0;
    for (long call = 0; call < calls; call++) {
      double point = random.nextDouble() * sum;
      int node = 0;
      while (upTo[node] < point) {
        node++;
      }
      long now = NOW + call * MINUTE / calls;
      admitted += nodes.get(node).tryTake(limits, now) == null ? 1 : 0;
    }
    return new Run(limit, skew, load, calls, admitted, store.asked, store.waited);
  }

  @Test
  void nineTenthsOfALimitCanBeUsedOnFiftyNodes() throws IOException {
    List<String> table = new ArrayList<>();
    table.add("| limit a minute | skew | load | admitted | messages/s | calls that waited |");
    table.add("|---|---|---|---|---|---|");
    for (long limit : new long[] {100, 1_000, 10_000, 100_000, 1_000_000}) {
      for (double skew : new double[] {0, 1, 2}) {
        for (double load : new double[] {0.5, 1, 2}) {
          Run run = run(limit, skew, load);
          table.add(run.row());
          assertThat(run.admitted()).as(run.row()).isLessThanOrEqualTo(limit);
          assertThat(run.share()).as(run.row()).isGreaterThanOrEqualTo(0.9);
        }
      }
    }
    Files.createDirectories(Path.of("target"));
    Files.write(Path.of("target", "lease-simulation.md"), table);
  }
}
