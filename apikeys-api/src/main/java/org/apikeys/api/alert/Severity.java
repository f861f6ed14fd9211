package org.apikeys.api.alert;

import java.util.Locale;

/** How soon somebody should look. */
public enum Severity {
  /** When there is time. */
  INFO,
  /** Today. */
  WARNING,
  /** Now. */
  CRITICAL;

  /** The word in answers and messages: {@code warning}. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }
}
