package org.apikeys.client;

import java.lang.System.Logger.Level;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The gateway's own key. Where the server refuses it every call is 503, and nobody who calls can
 * tell why: the log says so, once until that changes.
 */
final class OwnKey {
  private static final System.Logger LOG = System.getLogger("org.apikeys.client");
  private static final int REFUSED = 300;
  private static final int FAILED = 500;

  private final String value;
  private final Map<String, Integer> refusals = new ConcurrentHashMap<>();

  OwnKey(String value) {
    if (value.isEmpty() || !value.chars().allMatch(letter -> letter > ' ' && letter <= '~')) {
      throw new IllegalArgumentException(
          "the gateway's own key is empty, or has a space, a line break or another character that no"
              + " key has");
    }
    this.value = value;
  }

  /** What goes into {@code X-API-Key}. */
  String value() {
    return value;
  }

  /**
   * Whether an answer refuses it.
   *
   * @param path that was asked
   * @param status of the answer
   */
  boolean isRefused(String path, int status) {
    if (status >= FAILED) {
      return false;
    }
    if (status < REFUSED) {
      if (refusals.remove(path) != null) {
        LOG.log(Level.INFO, "The API key server takes the gateway''s own key again: {0}.", path);
      }
      return false;
    }
    Integer before = refusals.put(path, status);
    if (before == null || before != status) {
      LOG.log(
          Level.WARNING,
          "The API key server answers the gateway {0} at {1}. Its own key has to be valid, with the scopes"
              + " keys:verify and usage:write and without limits; until then calls are 503, or not reported.",
          String.valueOf(status),
          path);
    }
    return true;
  }

  /** Never the key. */
  @Override
  public String toString() {
    return "OwnKey" + refusals;
  }
}
