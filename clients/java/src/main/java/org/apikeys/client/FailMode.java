package org.apikeys.client;

/** What becomes of a call when the server can't be asked. Nothing lets an unknown key through. */
public enum FailMode {
  /** It is refused with 503. */
  DENY,
  /**
   * It goes on when the key was granted a like call before, within what was lent and no longer than
   * the stale limit after the server was last heard; else it is refused with 503.
   */
  LAST_KNOWN
}
