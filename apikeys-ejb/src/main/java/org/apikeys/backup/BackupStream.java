package org.apikeys.backup;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.io.IOException;
import java.io.OutputStream;
import java.sql.SQLException;
import java.time.Clock;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apikeys.api.problem.ProblemException;
import org.apikeys.api.problem.ProblemType;
import org.apikeys.crypto.SecretSource;
import org.apikeys.setting.Settings;

/** Writes backups to whoever asked for one, one at a time on a node. */
@ApplicationScoped
public class BackupStream {
  private final BackupWriter writer;
  private final Clock clock;
  private final AtomicBoolean busy = new AtomicBoolean();

  @Inject
  public BackupStream(Settings settings, SecretSource random, Clock clock) {
    writer = new BackupWriter(settings, random);
    this.clock = clock;
  }

  @SuppressWarnings("NullAway")
  protected BackupStream() {
    writer = null;
    clock = null;
  }

  /** Refuses a second one beside the first. */
  public void requireIdle() {
    if (busy.get()) {
      throw new ProblemException(ProblemType.CONFLICT, "A backup is being made; try again later.");
    }
  }

  /** Writes it; the stream stays open. */
  public void write(BackupOrder order, OutputStream out) throws IOException {
    if (!busy.compareAndSet(false, true)) {
      throw new ProblemException(ProblemType.CONFLICT, "A backup is being made; try again later.");
    }
    try {
      writer.write(order.secret(), clock.instant(), out);
    } catch (SQLException e) {
      throw new IllegalStateException("the store can't be copied", e);
    } finally {
      busy.set(false);
    }
  }
}
