package org.apikeys.request;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * One approval.
 *
 * @param by user name of the approver
 * @param onBehalfOf who delegated it to them; null when they approved in their own right
 * @param stage index of the stage that it counts towards
 * @param digest what the approver saw, or made by overriding
 * @param counts false once the request was edited, or the approver lost the right to approve
 */
public record Agreement(
    String by,
    Instant at,
    @Nullable String comment,
    @Nullable String onBehalfOf,
    int stage,
    String digest,
    boolean counts) {

  Agreement voided() {
    return new Agreement(by, at, comment, onBehalfOf, stage, digest, false);
  }

  /** Whose place it takes: nobody counts twice, in person or through a delegate. */
  boolean isOf(String person) {
    return by.equalsIgnoreCase(person)
        || (onBehalfOf != null && onBehalfOf.equalsIgnoreCase(person));
  }
}
