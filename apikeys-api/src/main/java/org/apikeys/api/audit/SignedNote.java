package org.apikeys.api.audit;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A text with signatures below it (C2SP signed-note): the text ends with a newline, an empty line
 * follows, and then one line for each signature. Signatures by keys that the reader does not know
 * are passed over, so that keys can be rotated.
 *
 * @param text what is signed, with its last newline
 * @param signatures in the order of the note
 */
public record SignedNote(String text, List<Line> signatures) {
  static final String DASH = "— ";

  private static final Pattern LINE =
      Pattern.compile("— ([^\\s+\\p{Cntrl}]{1,200}) ([A-Za-z0-9+/]+={0,2})");
  private static final Pattern CONTROL = Pattern.compile("[\\x00-\\x09\\x0b-\\x1f\\x7f]");
  private static final int LONGEST = 1_000_000;
  private static final int MOST_SIGNATURES = 100;

  /**
   * A signature line.
   *
   * @param name of the key
   * @param keyId the first four bytes of the key's hash
   * @param base64 the signature without the key's id
   */
  public record Line(String name, int keyId, String base64) {
    public byte[] signature() {
      return Base64.getDecoder().decode(base64);
    }

    boolean isOf(NoteKey key) {
      return name.equals(key.name()) && keyId == key.id();
    }
  }

  public SignedNote {
    signatures = List.copyOf(signatures);
  }

  /** Signs a text with every signer. */
  public static String sign(String text, List<NoteSigner> signers) {
    if (!isText(text) || signers.isEmpty()) {
      throw new IllegalArgumentException("a note has lines without control characters, and a key");
    }
    StringBuilder note = new StringBuilder(text).append('\n');
    signers.forEach(signer -> note.append(signer.signatureLine(text)));
    return note.toString();
  }

  /**
   * Reads a note. Nothing is verified yet.
   *
   * @throws IllegalArgumentException when it is no signed note
   */
  public static SignedNote parse(String note) {
    int end = note.lastIndexOf("\n\n");
    if (note.length() > LONGEST || end < 0 || !note.endsWith("\n")) {
      throw new IllegalArgumentException("a signed note is a text, an empty line, and signatures");
    }
    String text = note.substring(0, end + 1);
    if (!isText(text)) {
      throw new IllegalArgumentException("the text of a note has no control characters");
    }
    List<Line> lines = new ArrayList<>();
    for (String line : note.substring(end + 2).split("\n", -1)) {
      if (!line.isEmpty()) {
        lines.add(line(line));
      }
    }
    if (lines.isEmpty() || lines.size() > MOST_SIGNATURES) {
      throw new IllegalArgumentException("a note has 1 to " + MOST_SIGNATURES + " signatures");
    }
    return new SignedNote(text, lines);
  }

  private static Line line(String line) {
    Matcher parts = LINE.matcher(line);
    if (!parts.matches()) {
      throw new IllegalArgumentException("a signature line is '— <name> <base64>'");
    }
    byte[] marked = Base64.getDecoder().decode(parts.group(2));
    if (marked.length <= Integer.BYTES) {
      throw new IllegalArgumentException("a signature is too short");
    }
    ByteBuffer bytes = ByteBuffer.wrap(marked);
    int id = bytes.getInt();
    byte[] signature = new byte[bytes.remaining()];
    bytes.get(signature);
    return new Line(parts.group(1), id, Base64.getEncoder().encodeToString(signature));
  }

  private static boolean isText(String text) {
    return text.endsWith("\n") && !CONTROL.matcher(text).find();
  }

  /**
   * The key that signed it: one of those given. None when no known key signed, or when a signature
   * that says it is by one of them is not.
   */
  public Optional<NoteKey> verifiedBy(Collection<NoteKey> known) {
    byte[] signed = text.getBytes(StandardCharsets.UTF_8);
    NoteKey found = null;
    for (Line line : signatures) {
      for (NoteKey key : known) {
        if (line.isOf(key)) {
          if (!key.verifies(signed, line.signature())) {
            return Optional.empty();
          }
          found = found == null ? key : found;
        }
      }
    }
    return Optional.ofNullable(found);
  }
}
