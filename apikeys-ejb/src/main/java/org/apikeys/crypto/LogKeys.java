package org.apikeys.crypto;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.apikeys.api.audit.NoteKey;
import org.apikeys.api.audit.NoteSigner;

/**
 * The keys that the audit log signs with. Each line of the file is a key: its public half (a
 * verifier key), and after a space its private one. The last line with a private half signs first;
 * the others sign too, so that whoever holds an old public key still can check. To retire a key,
 * cut its private half off: the public one stays published.
 */
public final class LogKeys {
  private final List<NoteSigner> signers;
  private final List<NoteKey> published;

  private LogKeys(List<NoteSigner> signers, List<NoteKey> published) {
    this.signers = List.copyOf(signers);
    this.published = List.copyOf(published);
  }

  /**
   * Reads the file, or makes it with a first key.
   *
   * @param origin name of the log, for a first key
   */
  public static LogKeys load(Path file, String origin) {
    List<String> lines = KeyFile.readOrCreate(file, () -> NoteSigner.generate(origin).secretLine());
    List<NoteSigner> signers = new ArrayList<>();
    List<NoteKey> published = new ArrayList<>();
    for (int i = 0; i < lines.size(); i++) {
      try {
        if (lines.get(i).indexOf(' ') < 0) {
          published.add(NoteKey.parse(lines.get(i)));
        } else {
          NoteSigner signer = NoteSigner.parse(lines.get(i));
          signers.add(signer);
          published.add(signer.key());
        }
      } catch (IllegalArgumentException e) {
        throw new IllegalStateException(
            "The key file " + file + " is broken in entry " + (i + 1) + ": " + e.getMessage(), e);
      }
    }
    if (signers.isEmpty()) {
      throw new IllegalStateException("The key file " + file + " has no key to sign with.");
    }
    if (published.stream().map(NoteKey::name).distinct().count() != 1) {
      throw new IllegalStateException("The keys of " + file + " have more than one name.");
    }
    Collections.reverse(signers);
    Collections.reverse(published);
    NoteKey current = signers.get(0).key();
    published.remove(current);
    published.add(0, current);
    return new LogKeys(signers, published);
  }

  /** The name of the log. */
  public String origin() {
    return current().name();
  }

  /** The key that signs now. */
  public NoteKey current() {
    return signers.get(0).key();
  }

  /** All that sign, the present key first. */
  public List<NoteSigner> signers() {
    return signers;
  }

  /** All that ever signed, the present key first. */
  public List<NoteKey> published() {
    return published;
  }

  @Override
  public String toString() {
    return "LogKeys" + published;
  }
}
