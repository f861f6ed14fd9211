package org.apikeys.audit;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.io.BufferedOutputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Locale;
import org.apikeys.api.tenant.Caller;
import org.apikeys.setting.Settings;

/**
 * Writes records that are about to be purged into a signed file, which the offline verifier checks.
 * Personal fields are in it as ciphertext alone: a subject that is erased later is erased here too.
 */
@ApplicationScoped
class SegmentArchive {
  private final EvidencePack evidence;
  private final Path folder;

  @Inject
  SegmentArchive(EvidencePack evidence, Settings settings) {
    this.evidence = evidence;
    folder = settings.dataDirectory().resolve("archive");
  }

  @SuppressWarnings("NullAway")
  protected SegmentArchive() {
    evidence = null;
    folder = null;
  }

  /** Writes the file, and answers its name within the data folder once it is on the disk. */
  String write(Caller caller, long first, long last) {
    String name = String.format(Locale.ROOT, "audit-%012d-%012d.zip", first, last);
    Path draft = folder.resolve(name + ".new");
    try {
      Files.createDirectories(folder);
      try (FileOutputStream file = new FileOutputStream(draft.toFile());
          OutputStream out = new BufferedOutputStream(file)) {
        evidence.write(evidence.segment(caller, last), out);
        out.flush();
        file.getFD().sync();
      }
      Files.move(draft, folder.resolve(name), StandardCopyOption.ATOMIC_MOVE);
      return "archive/" + name;
    } catch (IOException e) {
      throw new UncheckedIOException("records can't be archived in " + folder, e);
    }
  }
}
