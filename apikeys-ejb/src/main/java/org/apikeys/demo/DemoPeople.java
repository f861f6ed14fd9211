package org.apikeys.demo;

import jakarta.annotation.security.PermitAll;
import jakarta.ejb.Stateless;
import jakarta.inject.Inject;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apikeys.tenant.Directory;
import org.apikeys.tenant.PersonOrder;

/** A person of each role. */
@Stateless
@PermitAll
public class DemoPeople {
  private static final Map<String, String> ROLES =
      new TreeMap<>(
          Map.of(
              "mia.manager", "manager",
              "ada.auditor", "auditor",
              "dev.developer", "developer",
              "gate.gateway", "gateway"));

  static final String NAMES = String.join(", ", ROLES.keySet());

  private final Directory directory;

  @Inject
  public DemoPeople(Directory directory) {
    this.directory = directory;
  }

  @SuppressWarnings("NullAway")
  public DemoPeople() {
    directory = null;
  }

  public void add(String password) {
    ROLES.forEach(
        (name, role) ->
            directory.createBySystem(
                new PersonOrder(
                    name, password, name + "@demo.example", List.of(role), null, null, null)));
  }
}
