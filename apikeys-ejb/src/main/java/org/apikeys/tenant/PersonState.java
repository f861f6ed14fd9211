package org.apikeys.tenant;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a decision needs to know of a person.
 *
 * @param id their number
 * @param username as the directory spells it
 * @param organizationId where they belong
 * @param roles what they may do
 * @param groups named groups that they are in
 * @param passwordChangedAt when their password was changed last; null when it is the first one
 * @param active whether they, and their organization, are enabled
 */
public record PersonState(
    long id,
    String username,
    long organizationId,
    List<String> roles,
    List<String> groups,
    @Nullable Instant passwordChangedAt,
    boolean active) {

  static PersonState of(Person person, Organization organization) {
    return new PersonState(
        person.id(),
        person.username(),
        person.organizationId(),
        person.roles(),
        person.groups(),
        person.passwordChangedAt(),
        person.isActive() && organization.isActive());
  }

  /** Whether a password was given that is another one now; tokens say it to the second. */
  public boolean hasNewPasswordSince(Instant given) {
    return passwordChangedAt != null
        && given.isBefore(passwordChangedAt.truncatedTo(ChronoUnit.SECONDS));
  }
}
