package org.apikeys.api.audit;

import java.util.regex.Pattern;

/**
 * What a log commits itself to (C2SP tlog-checkpoint): who it is, how many records it has, and the
 * root over them. It is the text of a signed note.
 *
 * @param origin name of the log, which is also the name of its key
 * @param size number of records
 * @param root root of the tree over them
 */
public record Checkpoint(String origin, long size, TreeHash root) {
  private static final Pattern SIZE = Pattern.compile("0|[1-9][0-9]{0,18}");
  private static final int LINES = 3;

  /** The text to sign. */
  public String text() {
    return origin + "\n" + size + "\n" + root.base64() + "\n";
  }

  /**
   * Reads the text of a note; lines after the third are extensions, which are passed over.
   *
   * @throws IllegalArgumentException when it is no checkpoint
   */
  public static Checkpoint parse(String text) {
    String[] lines = text.split("\n", -1);
    if (lines.length < LINES + 1 || lines[0].isEmpty() || !SIZE.matcher(lines[1]).matches()) {
      throw new IllegalArgumentException("a checkpoint is an origin, a size and a root");
    }
    return new Checkpoint(lines[0], Long.parseLong(lines[1]), TreeHash.ofBase64(lines[2]));
  }
}
