package org.apikeys.request;

import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * One approval.
 *
 * @param by user name of the approver
 * @param onBehalfOf who delegated it to them; null when they approved in their own right
 * @param heldBy who else holds the secret of the key by which it was given: it counts as theirs,
 *     too; null for one of before this was noted
 * @param stage index of the stage that it counts towards
 * @param digest what the approver saw, or made by overriding
 * @param counts false once the request was edited, or the approver lost the right to approve
 */
public record Agreement(
    String by,
    Instant at,
    @Nullable String comment,
    @Nullable String onBehalfOf,
    @Nullable List<String> heldBy,
    int stage,
    String digest,
    boolean counts) {

  public Agreement {
    heldBy = heldBy == null ? List.of() : List.copyOf(heldBy);
  }

  Agreement voided() {
    return new Agreement(by, at, comment, onBehalfOf, heldBy, stage, digest, false);
  }

  /** Whose places it takes: nobody counts twice, in person, through a delegate or by a key. */
  Stream<String> people() {
    return Stream.of(Stream.of(by), Stream.ofNullable(onBehalfOf), heldBy().stream())
        .flatMap(places -> places);
  }

  boolean isOf(String person) {
    return people().anyMatch(person::equalsIgnoreCase);
  }

  /** Who else holds the secret of the key by which it was given. */
  @Override
  public List<String> heldBy() {
    return Objects.requireNonNull(heldBy);
  }
}
