package org.apikeys.alert;

import java.util.Locale;

/** How far people are with an alert; the one place that says what may follow what. */
enum AlertStatus {
  OPEN,
  ACKNOWLEDGED,
  RESOLVED;

  boolean mayBecome(AlertStatus next) {
    return switch (this) {
      case OPEN -> next == ACKNOWLEDGED || next == RESOLVED;
      case ACKNOWLEDGED -> next == RESOLVED;
      case RESOLVED -> next == OPEN;
    };
  }

  String word() {
    return name().toLowerCase(Locale.ROOT);
  }
}
