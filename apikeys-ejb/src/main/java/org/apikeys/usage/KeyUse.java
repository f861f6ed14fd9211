package org.apikeys.usage;

import java.time.Instant;

/**
 * That a key used something.
 *
 * @param kind what kind of thing
 * @param item the scope, the method or the address
 * @param lastUsedAt when it was last used, to the minute
 */
public record KeyUse(Kind kind, String item, Instant lastUsedAt) {
  /** What is noted. */
  public enum Kind {
    SCOPE,
    METHOD,
    ADDRESS
  }

  /** Stands for addresses beyond those that are kept. */
  public static final String MORE = "*";
}
