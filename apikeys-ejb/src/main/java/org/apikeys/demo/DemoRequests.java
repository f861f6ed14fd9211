package org.apikeys.demo;

import jakarta.annotation.security.PermitAll;
import jakarta.ejb.Stateless;
import jakarta.inject.Inject;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apikeys.api.permission.ManagementScope;
import org.apikeys.api.tenant.Caller;
import org.apikeys.key.KeyConfiguration;
import org.apikeys.limit.RateLimits;
import org.apikeys.request.KeyOrders;
import org.apikeys.restriction.IpRules;
import org.apikeys.restriction.Restrictions;
import org.apikeys.tenant.PersonCache;
import org.apikeys.tenant.PersonState;

/** Requests that wait for a manager. */
@Stateless
@PermitAll
public class DemoRequests {
  private final KeyOrders orders;
  private final PersonCache people;

  @Inject
  public DemoRequests(KeyOrders orders, PersonCache people) {
    this.orders = orders;
    this.people = people;
  }

  @SuppressWarnings("NullAway")
  public DemoRequests() {
    orders = null;
    people = null;
  }

  /** The developer asks for a key that is well restricted, and for one that is not. */
  public void ask() {
    Caller developer = caller(people.byUsername("dev.developer").orElseThrow());
    orders.askBySystem(
        developer,
        wanted(
            "Release pipeline",
            "automation",
            "production",
            new Restrictions(new IpRules(List.of("203.0.113.0/24"), List.of()), List.of()),
            "deployments:write"),
        "The release job moves from the old build server this week.");
    orders.askBySystem(
        developer,
        wanted("Load test", "service", "staging", Restrictions.NONE, "agents:write"),
        "One day of load tests before the sale.");
  }

  private static Caller caller(PersonState person) {
    Set<String> roles = Set.copyOf(person.roles());
    return new Caller(
        Caller.Kind.PERSON,
        person.id(),
        person.username(),
        person.username(),
        person.organizationId(),
        roles,
        ManagementScope.ofRoles(roles),
        null,
        null,
        null);
  }

  private static KeyConfiguration wanted(
      String name, String type, String environment, Restrictions restrictions, String scope) {
    return new KeyConfiguration(
        name,
        "Asked for in the demo",
        type,
        environment,
        List.of(scope),
        List.of(),
        null,
        RateLimits.DEFAULT,
        null,
        null,
        restrictions,
        null,
        null,
        null,
        Map.of(),
        List.of(),
        null,
        false,
        false);
  }
}
