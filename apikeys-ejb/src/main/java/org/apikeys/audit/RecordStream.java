package org.apikeys.audit;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.apikeys.api.tenant.Caller;

/** Writes an export as it is read. */
@ApplicationScoped
public class RecordStream {
  private final LogExport export;

  @Inject
  public RecordStream(LogExport export) {
    this.export = export;
  }

  @SuppressWarnings("NullAway")
  protected RecordStream() {
    export = null;
  }

  /** Writes every record, the oldest first; the stream stays open. */
  public void write(
      Caller caller, Selection selection, ExportFormat format, long upTo, OutputStream out)
      throws IOException {
    out.write(format.head().getBytes(StandardCharsets.UTF_8));
    long after = 0;
    List<LogExport.Line> page;
    do {
      page = export.page(caller, selection, after, upTo, true);
      for (LogExport.Line line : page) {
        out.write(format.line(line.shown()).getBytes(StandardCharsets.UTF_8));
        after = line.sequence();
      }
    } while (!page.isEmpty());
  }
}
