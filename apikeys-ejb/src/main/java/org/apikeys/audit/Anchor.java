package org.apikeys.audit;

import java.io.IOException;
import java.time.Instant;
import java.util.Optional;
import org.apikeys.api.audit.Checkpoint;

/** A place outside of this system that checkpoints are put to, out of reach of who runs it. */
interface Anchor {
  /** What it is called in the log. */
  String name();

  /**
   * Puts a checkpoint there.
   *
   * @param note the checkpoint as it was signed
   */
  void put(Checkpoint checkpoint, String note, Instant now) throws IOException;

  /** The last note that was put there; none when it can't be read back. */
  default Optional<String> last() throws IOException {
    return Optional.empty();
  }
}
