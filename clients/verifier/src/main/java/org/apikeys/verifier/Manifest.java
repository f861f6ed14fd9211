package org.apikeys.verifier;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The signed table of contents.
 *
 * @param origin of the log
 * @param size of the tree that everything is proven against
 * @param count how many records there are
 * @param first the lowest sequence; 0 without records
 * @param last the highest
 * @param hashes SHA-256 of each other entry, base64, by its name
 */
record Manifest(
    String origin, long size, long count, long first, long last, Map<String, String> hashes) {
  private static final int HEAD = 5;
  private static final String TITLE = " evidence";

  Manifest {
    hashes = Map.copyOf(hashes);
  }

  static Manifest parse(String text) throws Finding {
    String[] lines = text.split("\n", -1);
    if (lines.length < HEAD || !lines[0].endsWith(TITLE)) {
      throw Finding.altered("MANIFEST.note is no manifest of evidence");
    }
    Map<String, String> hashes = new LinkedHashMap<>();
    for (int i = HEAD; i < lines.length - 1; i++) {
      String[] words = lines[i].split(" ", -1);
      if (words.length < 2 || hashes.put(words[0], words[1]) != null) {
        throw Finding.altered("MANIFEST.note has a line that is no entry");
      }
    }
    return new Manifest(
        lines[0].substring(0, lines[0].length() - TITLE.length()),
        number(lines[1], "size"),
        number(lines[2], "count"),
        number(lines[3], "first"),
        number(lines[4], "last"),
        hashes);
  }

  private static long number(String line, String name) throws Finding {
    try {
      if (line.startsWith(name + " ")) {
        return Long.parseLong(line.substring(name.length() + 1));
      }
    } catch (NumberFormatException e) {
      // told below
    }
    throw Finding.altered("MANIFEST.note has no " + name);
  }

  /** Whether it has every record between its first and its last. */
  boolean isComplete() {
    return count > 0 && last - first + 1 == count;
  }
}
