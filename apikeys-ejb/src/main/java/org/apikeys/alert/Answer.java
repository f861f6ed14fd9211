package org.apikeys.alert;

import java.util.Locale;

/** What the system itself does about an alert that is about a key. */
enum Answer {
  NONE,
  THROTTLE,
  SUSPEND,
  REQUIRE_ROTATION;

  String word() {
    return name().toLowerCase(Locale.ROOT);
  }
}
