package org.apikeys.usage;

import java.util.Locale;

/** What the calls of a sum have in common, beside whose they are and when they were made. */
enum Kind {
  ALL,
  ENDPOINT,
  STATUS,
  COUNTRY,
  CODE;

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
