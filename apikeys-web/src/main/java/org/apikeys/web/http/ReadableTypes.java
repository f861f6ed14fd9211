package org.apikeys.web.http;

import jakarta.ws.rs.core.MediaType;
import org.jspecify.annotations.Nullable;

/**
 * Tells types of bodies that are no media types, such as {@code zzz}. Jersey refuses them before it
 * asks anybody, as a bad request that nothing more is said of.
 */
final class ReadableTypes {
  private ReadableTypes() {}

  /**
   * Whether it is a media type, of whatever kind.
   *
   * @param type as it was sent; null when there is none
   */
  static boolean isReadable(@Nullable String type) {
    if (type == null || type.equals(MediaType.APPLICATION_JSON)) {
      return true;
    }
    try {
      MediaType.valueOf(type);
      return true;
    } catch (IllegalArgumentException e) {
      return false;
    }
  }
}
