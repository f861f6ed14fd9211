package org.apikeys.backup;

import java.time.Instant;
import java.util.List;

/**
 * What a backup is, on its first line.
 *
 * @param id names this backup among all
 * @param store kind of the store that was copied
 * @param versions the scripts that had made its schema
 */
record Manifest(String id, Instant madeAt, String store, List<String> versions) {
  Manifest {
    versions = List.copyOf(versions);
  }
}
