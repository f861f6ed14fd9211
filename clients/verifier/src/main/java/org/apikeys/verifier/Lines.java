package org.apikeys.verifier;

import java.io.BufferedReader;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * The lines of an entry, none longer than a record can be: a ZIP of a few kilobytes may hold
 * gigabytes.
 */
final class Lines {
  private static final int LONGEST = 16 << 20;

  private final BufferedReader text;
  private final StringBuilder line = new StringBuilder();

  Lines(BufferedReader text) {
    this.text = text;
  }

  /** The next one; null behind the last. */
  @Nullable String next() throws Finding, IOException {
    line.setLength(0);
    int letter = text.read();
    if (letter < 0) {
      return null;
    }
    while (letter >= 0 && letter != '\n') {
      if (line.length() == LONGEST) {
        throw Finding.altered("records.jsonl has a line that is longer than a record can be");
      }
      line.append((char) letter);
      letter = text.read();
    }
    return line.toString();
  }
}
