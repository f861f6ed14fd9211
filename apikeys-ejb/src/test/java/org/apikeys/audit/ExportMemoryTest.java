package org.apikeys.audit;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.OutputStream;
import org.apikeys.api.tenant.Caller;
import org.apikeys.store.TestServices;
import org.apikeys.store.TestStore;
import org.junit.jupiter.api.Test;

/** An export keeps nothing of what it has written; {@code bench/audit} does it with a million. */
class ExportMemoryTest {
  private static final int RECORDS = 25_000;

  /** Far below what all records come to, far above what a page does. */
  private static final long MOST_GROWTH = 8 << 20;

  @Test
  void doesNotGrowWithTheNumberOfRecords() throws IOException {
    TestServices services = new TestServices(TestStore.derby().emptied());
    AuditBench.Rows rows = services.get(AuditBench.Rows.class);
    for (int from = 0; from < RECORDS; from += 5_000) {
      rows.records(from, from + 5_000);
    }
    RecordStream stream = services.get(RecordStream.class);
    // what the store keeps of its pages grows while it is read for the first time
    stream.write(
        Caller.system(),
        Selection.ALL,
        ExportFormat.OCSF,
        RECORDS,
        OutputStream.nullOutputStream());
    Watching out = new Watching();
    stream.write(Caller.system(), Selection.ALL, ExportFormat.OCSF, RECORDS, out);
    assertThat(out.bytes).as("written").isGreaterThan(2 * MOST_GROWTH);
    assertThat(out.late - out.early).as("heap in use near the end").isLessThan(MOST_GROWTH);
  }

  /** Looks at the heap in use early and late. */
  private static final class Watching extends OutputStream {
    private static final long EARLY = MOST_GROWTH / 4;
    private static final long LATE = 2 * MOST_GROWTH - MOST_GROWTH / 4;
    private long bytes;
    private long early;
    private long late;

    @Override
    public void write(int one) {
      bytes++;
    }

    @Override
    public void write(byte[] part, int offset, int length) {
      bytes += length;
      if (early == 0 && bytes > EARLY) {
        early = used();
      }
      if (late == 0 && bytes > LATE) {
        late = used();
      }
    }

    private static long used() {
      Runtime runtime = Runtime.getRuntime();
      runtime.gc();
      return runtime.totalMemory() - runtime.freeMemory();
    }
  }
}
