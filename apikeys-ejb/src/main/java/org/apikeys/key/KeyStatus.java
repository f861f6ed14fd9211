package org.apikeys.key;

import java.util.Locale;

/** Where a key is in its life; the earlier word wins when several would fit. */
public enum KeyStatus {
  ARCHIVED,
  REVOKED,
  EXPIRED,
  INACTIVE,
  ACTIVE;

  /** Whether the key has ended for good. */
  boolean isFinal() {
    return this == ARCHIVED || this == REVOKED;
  }

  /** The word in JSON. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }
}
