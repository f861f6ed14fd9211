package org.apikeys.request;

import jakarta.persistence.Column;
import jakarta.persistence.Embeddable;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.apikeys.api.tenant.Caller;
import org.apikeys.audit.PeopleBehind;
import org.jspecify.annotations.Nullable;

/** Who asked for something, and with which rights, as it was when they did. */
@Embeddable
class Requester {
  @Column(name = "requested_by")
  private String name;

  @Column(name = "requester_key")
  private String nameKey;

  @Column(name = "asked_by")
  private String askedBy;

  @Column(name = "requester_scopes")
  private String scopes;

  @Column(name = "requester_roles")
  private @Nullable String roles;

  @SuppressWarnings("NullAway.Init") // the provider sets every column
  protected Requester() {}

  /**
   * Somebody who asks.
   *
   * @param askedBy the people who hold the secret of the key that asks
   */
  Requester(Caller caller, Collection<String> askedBy) {
    name = caller.owner();
    nameKey = KeyRequest.key(name);
    this.askedBy = PeopleBehind.listed(askedBy);
    scopes = String.join(",", new TreeSet<>(caller.scopes()));
    roles = String.join(",", new TreeSet<>(caller.roles()));
  }

  /** The user name. */
  String name() {
    return name;
  }

  boolean is(String person) {
    return nameKey.equals(KeyRequest.key(person));
  }

  /** Whether it is the person, or a key asked whose secret they held. */
  boolean mayBe(String person) {
    return is(person) || PeopleBehind.isListed(askedBy, person);
  }

  Set<String> scopes() {
    return scopes.isEmpty() ? Set.of() : new TreeSet<>(List.of(scopes.split(",", -1)));
  }

  /** Null for a request of before this was kept. */
  @Nullable List<String> roles() {
    if (roles == null) {
      return null;
    }
    return roles.isEmpty() ? List.of() : List.of(roles.split(",", -1));
  }
}
