package org.apikeys.tenant;

import java.util.List;

/**
 * What a decision needs to know of a person.
 *
 * @param id their number
 * @param username as the directory spells it
 * @param organizationId where they belong
 * @param roles what they may do
 * @param groups named groups that they are in
 * @param active whether they, and their organization, are enabled
 */
public record PersonState(
    long id,
    String username,
    long organizationId,
    List<String> roles,
    List<String> groups,
    boolean active) {

  static PersonState of(Person person, Organization organization) {
    return new PersonState(
        person.id(),
        person.username(),
        person.organizationId(),
        person.roles(),
        person.groups(),
        person.isActive() && organization.isActive());
  }
}
