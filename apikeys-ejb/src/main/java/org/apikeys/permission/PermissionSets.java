package org.apikeys.permission;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Event;
import jakarta.inject.Inject;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.UnaryOperator;
import org.apikeys.api.cluster.Heard;
import org.apikeys.api.cluster.Topic;
import org.apikeys.api.permission.ManagementScope;
import org.apikeys.api.permission.ResourcePattern;
import org.apikeys.api.permission.ScopeGrant;
import org.apikeys.api.problem.FieldError;
import org.apikeys.api.problem.ProblemException;
import org.apikeys.api.problem.ProblemType;
import org.apikeys.api.tenant.Caller;
import org.apikeys.check.Check;
import org.apikeys.check.Expected;
import org.apikeys.permission.Catalogue.NamedResource;
import org.apikeys.permission.Catalogue.NamedScope;
import org.jspecify.annotations.Nullable;

/**
 * Permission sets of administrators: when a call returns, this node has followed. A set grants only
 * scopes that somebody names, and of the management API none that its maker does not hold.
 */
@ApplicationScoped
public class PermissionSets {
  private final MadeSets made;
  private final Catalogue catalogue;
  private final Check check;
  private final Event<Heard> heard;

  @Inject
  public PermissionSets(MadeSets made, Catalogue catalogue, Check check, Event<Heard> heard) {
    this.made = made;
    this.catalogue = catalogue;
    this.check = check;
    this.heard = heard;
  }

  @SuppressWarnings("NullAway")
  protected PermissionSets() {
    made = null;
    catalogue = null;
    check = null;
    heard = null;
  }

  /**
   * Refuses what could not be made, or changed to.
   *
   * @param present the set as it is; null for a new one
   */
  public void check(Caller caller, PermissionSetOrder order, @Nullable MadeSet present) {
    requireGood(caller, order, present == null ? Set.of() : Set.copyOf(present.scopes()));
    if (present == null) {
      requireFree(caller, order.name());
    }
  }

  /**
   * A name that keys still have from a set that is no more (deleted, or of a plugin that is away)
   * is not free: what was taken from them does not come back, as something else perhaps, because
   * somebody makes a set.
   */
  private void requireFree(Caller caller, String name) {
    if (catalogue.permissionSet(name, caller.organizationId()).isPresent()) {
      throw new ProblemException(
          ProblemType.CONFLICT,
          "The name " + name + " is taken, by a plugin's set or another one of yours.");
    }
    requireNoHolders(
        caller,
        name,
        keys ->
            "A set "
                + (name + " that is no more is still named by " + keys)
                + ", which would be granted this one: take the name out of their permission_sets"
                + " first, or choose another name.");
  }

  public MadeSet create(Caller caller, PermissionSetOrder order) {
    check(caller, order, null);
    return followed(made.create(caller, order));
  }

  public MadeSet change(
      Caller caller, long id, PermissionSetOrder order, @Nullable Expected expected) {
    check(caller, order, made.read(caller, id));
    return followed(made.change(caller, id, order, expected));
  }

  public void delete(Caller caller, long id, @Nullable Expected expected) {
    requireNoneFallsToAPlugin(caller, made.read(caller, id).name());
    made.delete(caller, id, expected);
    heard.fire(new Heard(Topic.PERMISSIONS, 0));
  }

  /** A plugin that came later may offer a set of the same name, which means something else. */
  private void requireNoneFallsToAPlugin(Caller caller, String name) {
    if (catalogue.isOfPlugin(name)) {
      requireNoHolders(
          caller,
          name,
          keys ->
              "A plugin offers a set "
                  + (name + ", too, which would be granted to " + keys)
                  + " in place of this one: take the name out of their permission_sets first.");
    }
  }

  private void requireNoHolders(Caller caller, String name, UnaryOperator<String> why) {
    made.holders(caller, name)
        .ifPresent(
            keys -> {
              throw new ProblemException(ProblemType.CONFLICT, why.apply(keys));
            });
  }

  private MadeSet followed(MadeSet set) {
    heard.fire(new Heard(Topic.PERMISSIONS, 0));
    return set;
  }

  private void requireGood(Caller caller, PermissionSetOrder order, Set<String> present) {
    check.valid(order);
    List<FieldError> wrong = new ArrayList<>();
    Set<String> handedOn = new TreeSet<>();
    for (int i = 0; i < order.scopes().size(); i++) {
      String granted = order.scopes().get(i);
      if (present.contains(granted)) {
        continue;
      }
      String problem = problem(granted);
      if (problem != null) {
        wrong.add(new FieldError("scopes[" + i + "]", problem));
      } else {
        catalogue.matching(granted).stream()
            .map(NamedScope::name)
            .filter(ManagementScope.DESCRIPTIONS::containsKey)
            .forEach(handedOn::add);
      }
    }
    if (!wrong.isEmpty()) {
      throw ProblemException.invalid(wrong);
    }
    caller.requireMayHandOn(handedOn);
  }

  private @Nullable String problem(String granted) {
    try {
      return problemOf(catalogue, granted);
    } catch (IllegalArgumentException e) {
      return e.getMessage() == null ? "is no scope" : e.getMessage();
    }
  }

  /**
   * What is wrong with a grant; null when nothing is.
   *
   * @throws IllegalArgumentException when it is no grant at all
   */
  public static @Nullable String problemOf(Catalogue catalogue, String granted) {
    ScopeGrant grant = ScopeGrant.parse(granted);
    List<NamedScope> matching = catalogue.matching(granted);
    if (matching.isEmpty()) {
      return "no enabled plugin names this scope; GET /api/v1/api-keys/scopes lists them";
    }
    boolean limitsManagement =
        grant.resource() != null
            && matching.stream()
                .anyMatch(scope -> ManagementScope.DESCRIPTIONS.containsKey(scope.name()));
    if (limitsManagement) {
      return "a scope of the management API can't be limited to resources";
    }
    ResourcePattern resource = grant.resource();
    return resource == null ? null : problemOf(catalogue, resource, matching);
  }

  /** A resource must be one that at least one of the scopes is granted on. */
  private static @Nullable String problemOf(
      Catalogue catalogue, ResourcePattern resource, List<NamedScope> scopes) {
    Set<String> shapes = new TreeSet<>();
    for (NamedScope scope : scopes) {
      List<NamedResource> types = catalogue.resourceTypesOf(scope.name());
      boolean fits =
          types.stream()
              .anyMatch(
                  type -> ResourcePattern.parse(type.names()).meets(resource, type.ignoresCase()));
      if (types.isEmpty() || fits) {
        return null;
      }
      types.forEach(type -> shapes.add(type.names()));
    }
    return "is granted on resources named like " + String.join(" or ", shapes);
  }
}
