package org.apikeys.request;

import org.jspecify.annotations.Nullable;

/**
 * Which requests are wanted; null is any.
 *
 * @param requester user name of who asked
 * @param mine only the caller's own
 * @param awaitingMe only those that the caller can decide about now
 */
public record RequestFilter(
    @Nullable RequestStatus status,
    @Nullable RequestKind kind,
    @Nullable String requester,
    boolean mine,
    boolean awaitingMe) {

  /** All requests. */
  public static final RequestFilter ALL = new RequestFilter(null, null, null, false, false);
}
