package org.apikeys.tenant;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.util.Optional;

/**
 * Whether a name and a password belong together; as slow for an unknown name as for a known one.
 */
@ApplicationScoped
class SignInCheck {
  private final People people;
  private final Organizations organizations;
  private final Passwords passwords;

  @Inject
  SignInCheck(People people, Organizations organizations, Passwords passwords) {
    this.people = people;
    this.organizations = organizations;
    this.passwords = passwords;
  }

  @SuppressWarnings("NullAway")
  protected SignInCheck() {
    people = null;
    organizations = null;
    passwords = null;
  }

  boolean isRight(String username, String password) {
    Optional<Person> person = people.byUsername(username);
    if (person.isEmpty()) {
      passwords.matchNobody(password);
      return false;
    }
    boolean right = passwords.matches(password, person.get().passwordHash());
    return right
        && person.get().isActive()
        && organizations
            .byId(person.get().organizationId())
            .map(Organization::isActive)
            .orElse(false);
  }
}
