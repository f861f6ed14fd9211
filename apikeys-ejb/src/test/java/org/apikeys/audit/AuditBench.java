package org.apikeys.audit;

import jakarta.ejb.Stateless;
import jakarta.inject.Inject;
import jakarta.persistence.EntityManager;
import jakarta.persistence.PersistenceContext;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import org.apikeys.api.audit.Action;
import org.apikeys.api.audit.MerkleTree;
import org.apikeys.api.audit.TreeHash;
import org.apikeys.api.tenant.Caller;
import org.apikeys.key.Orders;
import org.apikeys.store.TestServices;
import org.apikeys.store.TestStore;
import org.junit.jupiter.api.Test;

/**
 * Measures the audit log on the store that {@code apikeys.bench.store} names ({@code derby} or
 * {@code postgres}). No test of the build: {@code bench/audit/run.sh} runs it, and shows the lines
 * that begin with {@code BENCH}.
 */
class AuditBench {
  private static final int RECORDS = Integer.getInteger("apikeys.bench.records", 1_000_000);
  private static final int CHANGES = Integer.getInteger("apikeys.bench.changes", 3_000);
  private static final int WAITING = Integer.getInteger("apikeys.bench.waiting", 50_000);
  private static final int TURNS = 3;
  private static final int PROOFS = 2_000;
  private static final int LEAVES_AT_ONCE = 1 << 16;

  private final TestStore store =
      System.getProperty("apikeys.bench.store", "postgres").equals("derby")
          ? TestStore.derby()
          : TestStore.postgres();

  private static void tell(String what, double figure, String unit) {
    System.getLogger("BENCH")
        .log(
            System.Logger.Level.INFO,
            String.format(Locale.ROOT, "BENCH %s: %.2f %s", what, figure, unit));
  }

  private static double seconds(long since) {
    return (System.nanoTime() - since) / 1e9;
  }

  /** Rows to compare with, and rows of a log that is too long to be made record by record. */
  @Stateless
  public static class Rows {
    @PersistenceContext EntityManager store;

    /** As long as a leaf is. */
    private static final byte[] READY = new byte[800];

    private final AuditLog log;
    private final SubjectSealer sealer;

    @Inject
    public Rows(AuditLog log, SubjectSealer sealer) {
      this.log = log;
      this.sealer = sealer;
    }

    @SuppressWarnings("NullAway")
    protected Rows() {
      log = null;
      sealer = null;
    }

    /** One transaction with one row, and its record or a row with bytes that are ready. */
    public void change(int number, boolean recorded) {
      store
          .createNativeQuery(
              "INSERT INTO idempotent_call (caller, call_key, fingerprint, status, answer,"
                  + " created_at) VALUES ('bench', ?1, 'f', 201, ?2, 0)")
          .setParameter(1, "call " + number)
          .setParameter(2, "x".repeat(500))
          .executeUpdate();
      if (recorded) {
        log.recordUntold(entry(number));
      } else {
        store
            .createNativeQuery("INSERT INTO audit_outbox (leaf) VALUES (?1)")
            .setParameter(1, READY)
            .executeUpdate();
      }
    }

    static AuditEntry entry(int number) {
      return AuditEntry.of(Orders.admin(), Action.KEY_CREATED)
          .on("key", "key-" + number, "key " + number)
          .changing("name", null, "key " + number);
    }

    /** Numbered records, as they are in the log. */
    public void records(int from, int to) {
      byte[] leaf = Leaf.of(entry(from), Instant.EPOCH, sealer, name -> java.util.Optional.empty());
      Connection connection = store.unwrap(Connection.class);
      try (PreparedStatement insert =
          connection.prepareStatement(
              "INSERT INTO audit_record (sequence, recorded_at, organization_id, actor_id,"
                  + " actor_name, action, outcome, words, leaf, leaf_hash)"
                  + " VALUES (?, 0, 1, 'user-1', 'admin', 'key.created', 'success', '', ?, ?)")) {
        for (int i = from; i < to; i++) {
          insert.setLong(1, i + 1L);
          insert.setBytes(2, leaf);
          insert.setString(3, Leaf.hash(leaf));
          insert.addBatch();
        }
        insert.executeBatch();
      } catch (SQLException e) {
        throw new IllegalStateException(e);
      }
    }
  }

  @Test
  void measures() throws IOException {
    changes();
    sequencing();
    proofs();
    export();
  }

  private void changes() {
    Rows rows = new TestServices(store.emptied()).get(Rows.class);
    int number = 0;
    for (int i = 0; i < CHANGES; i++) {
      rows.change(number++, i % 2 == 0);
    }
    double[] ratios = new double[TURNS];
    for (int turn = 0; turn < TURNS; turn++) {
      double[] rates = new double[2];
      for (int recorded = 0; recorded < 2; recorded++) {
        long began = System.nanoTime();
        for (int i = 0; i < CHANGES; i++) {
          rows.change(number++, recorded == 1);
        }
        rates[recorded] = CHANGES / seconds(began);
      }
      tell("bare inserts of the same rows", rates[0], "/s");
      tell("changes with their record", rates[1], "/s");
      ratios[turn] = rates[1] / rates[0];
    }
    Arrays.sort(ratios);
    tell("changes with their record, of the bare rate, median", ratios[TURNS / 2], "");
  }

  private void sequencing() {
    TestServices services = new TestServices(store.emptied());
    Sequencer sequencer = services.get(Sequencer.class);
    for (int turn = 0; turn <= TURNS; turn++) {
      int waiting = turn == 0 ? WAITING / 10 : WAITING;
      for (int i = 0; i < waiting; i += 1_000) {
        List<AuditEntry> entries = new ArrayList<>();
        for (int j = i; j < i + 1_000; j++) {
          entries.add(Rows.entry(j));
        }
        services.get(AuditLog.class).recordAlone(entries);
      }
      long began = System.nanoTime();
      while (sequencer.lag() > 0) {
        services.get(LogKeeper.class).advance();
      }
      if (turn > 0) {
        tell("numbered and signed", waiting / seconds(began), "records/s");
      }
    }
  }

  private void proofs() {
    TestServices services = new TestServices(store.emptied());
    Tiles tiles = services.get(Tiles.class);
    for (int from = 0; from < RECORDS; from += LEAVES_AT_ONCE) {
      int first = from;
      List<TreeHash> leaves = new ArrayList<>();
      for (int i = first; i < Math.min(RECORDS, first + LEAVES_AT_ONCE); i++) {
        leaves.add(TreeHash.ofLeaf(("leaf " + i).getBytes(StandardCharsets.UTF_8)));
      }
      store.inTransaction(() -> tiles.append(first, leaves));
    }
    Random random = new Random(1);
    List<Double> millis = new ArrayList<>();
    for (int i = 0; i < PROOFS; i++) {
      long leaf = random.nextInt(RECORDS);
      long began = System.nanoTime();
      store.inTransaction(
          () -> {
            new MerkleTree(tiles.reader()).inclusion(leaf, RECORDS);
          });
      millis.add(seconds(began) * 1_000);
    }
    Collections.sort(millis);
    tell("a proof of one in " + RECORDS + ", median", millis.get(PROOFS / 2), "ms");
    tell("a proof of one in " + RECORDS + ", p99", millis.get(PROOFS * 99 / 100), "ms");
  }

  private void export() throws IOException {
    TestServices services = new TestServices(store.emptied());
    Rows rows = services.get(Rows.class);
    for (int from = 0; from < RECORDS; from += 10_000) {
      rows.records(from, Math.min(RECORDS, from + 10_000));
    }
    for (ExportFormat format : new ExportFormat[] {ExportFormat.JSONL, ExportFormat.OCSF}) {
      Counting out = new Counting();
      long began = System.nanoTime();
      services.get(RecordStream.class).write(Caller.system(), Selection.ALL, format, RECORDS, out);
      tell("export as " + format.word(), RECORDS / seconds(began), "records/s");
      tell("export as " + format.word() + ", size", out.bytes / 1e6, "MB");
      tell("export as " + format.word() + ", most heap in use after a collection", out.most, "MB");
    }
  }

  /** Counts what is written, and looks at the heap now and then. */
  private static final class Counting extends OutputStream {
    private static final long LOOK = 64 << 20;
    private long bytes;
    private long next = LOOK;
    private double most;

    @Override
    public void write(int one) {
      bytes++;
    }

    @Override
    public void write(byte[] part, int offset, int length) {
      bytes += length;
      if (bytes > next) {
        next = bytes + LOOK;
        most = Math.max(most, used());
      }
    }

    private static double used() {
      Runtime runtime = Runtime.getRuntime();
      runtime.gc();
      return (runtime.totalMemory() - runtime.freeMemory()) / 1e6;
    }
  }
}
