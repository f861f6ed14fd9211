package org.apikeys.usage;

import java.util.Locale;
import org.apikeys.api.verify.DecisionCode;

/**
 * What the calls of a sum have in common, beside whose they are and when they were made. Most calls
 * are alike in most respects: how many they are is not written there, it is what the others leave
 * of all. Only their times are, which can be added and not taken away.
 */
enum Kind {
  ALL(""),
  ENDPOINT(""),
  STATUS(Integer.toString(DecisionCode.VALID.status())),
  COUNTRY(""),
  CODE(DecisionCode.VALID.name());

  private final String usual;

  Kind(String usual) {
    this.usual = usual;
  }

  /** What is not counted in this respect, since it is what the others leave of all. */
  String usual() {
    return usual;
  }

  /** Whether how many calls have this in common is told from all and from the others. */
  boolean isLeft(String item) {
    return this != ALL && item.equals(usual);
  }

  String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  static Kind of(String word) {
    return valueOf(word.toUpperCase(Locale.ROOT));
  }

  /** What calls of a cell have in common in this respect. */
  String item(Cell cell) {
    return switch (this) {
      case ALL -> "";
      case ENDPOINT -> cell.endpoint();
      case STATUS -> Integer.toString(cell.status());
      case COUNTRY -> cell.country();
      case CODE -> cell.code().name();
    };
  }
}
