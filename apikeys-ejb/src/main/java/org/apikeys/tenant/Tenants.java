package org.apikeys.tenant;

import jakarta.annotation.security.PermitAll;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ejb.Stateless;
import jakarta.enterprise.event.Event;
import jakarta.inject.Inject;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.apikeys.api.audit.Action;
import org.apikeys.api.cluster.Changed;
import org.apikeys.api.cluster.Topic;
import org.apikeys.api.permission.ManagementScope;
import org.apikeys.api.problem.ProblemException;
import org.apikeys.api.problem.ProblemType;
import org.apikeys.api.tenant.Caller;
import org.apikeys.audit.AuditEntry;
import org.apikeys.audit.AuditLog;
import org.apikeys.check.Check;
import org.apikeys.check.Expected;
import org.apikeys.store.Page;
import org.jspecify.annotations.Nullable;

/**
 * Founds and changes organizations: for administrators of the default one. Others see their own
 * alone.
 */
@Stateless
@RolesAllowed(ManagementScope.ORGS_MANAGE)
public class Tenants {
  private final Organizations organizations;
  private final Check check;
  private final AuditLog audit;
  private final Event<Changed> changes;
  private final Clock clock;

  @Inject
  public Tenants(
      Organizations organizations,
      Check check,
      AuditLog audit,
      Event<Changed> changes,
      Clock clock) {
    this.organizations = organizations;
    this.check = check;
    this.audit = audit;
    this.changes = changes;
    this.clock = clock;
  }

  @SuppressWarnings("NullAway")
  public Tenants() {
    organizations = null;
    check = null;
    audit = null;
    changes = null;
    clock = null;
  }

  /**
   * Refuses what could not be made, or changed to.
   *
   * @param id null for a new one
   */
  public void check(Caller caller, @Nullable Long id, OrganizationOrder order) {
    requireDefault(caller);
    check.valid(order);
    if (Boolean.FALSE.equals(order.active()) && Objects.equals(id, Caller.DEFAULT_ORGANIZATION)) {
      throw ProblemException.invalid("is_active", "the default organization can't be closed");
    }
    requireFree(order.name(), id);
  }

  public OrganizationView create(Caller caller, OrganizationOrder order) {
    requireDefault(caller);
    check.valid(order);
    requireFree(order.name(), null);
    Organization organization = new Organization(order.name(), clock.instant());
    organization.change(
        order.name(), Objects.requireNonNullElse(order.active(), true), clock.instant());
    organizations.add(organization);
    audit.record(
        AuditEntry.of(caller, Action.ORGANIZATION_CREATED)
            .on("organization", organization.id(), organization.name()));
    return OrganizationView.of(organization);
  }

  public OrganizationView change(
      Caller caller, long id, OrganizationOrder order, @Nullable Expected expectedVersion) {
    requireDefault(caller);
    check.valid(order);
    Organization organization =
        organizations.toChange(id).orElseThrow(() -> ProblemException.notFound("organization"));
    Expected.version(expectedVersion, organization.version(), "The organization has changed");
    boolean active = Objects.requireNonNullElse(order.active(), organization.isActive());
    if (!active && id == Caller.DEFAULT_ORGANIZATION) {
      throw ProblemException.invalid("is_active", "the default organization can't be closed");
    }
    requireFree(order.name(), id);
    audit.record(
        AuditEntry.of(caller, Action.ORGANIZATION_UPDATED)
            .on("organization", id, order.name())
            .changing("name", organization.name(), order.name())
            .changing("is_active", organization.isActive(), active));
    organization.change(order.name(), active, clock.instant());
    changes.fire(new Changed(Topic.ORGANIZATION, id));
    return OrganizationView.of(organization);
  }

  public OrganizationView read(Caller caller, long id) {
    return organizations
        .byId(id)
        .filter(
            found ->
                caller.organizationId() == Caller.DEFAULT_ORGANIZATION
                    || found.id() == caller.organizationId())
        .map(OrganizationView::of)
        .orElseThrow(() -> ProblemException.notFound("organization"));
  }

  /** When the installation began, with its first organization; empty before that. */
  @PermitAll
  public Optional<Instant> begunBySystem() {
    return organizations.byId(Caller.DEFAULT_ORGANIZATION).map(Organization::createdAt);
  }

  public Page<OrganizationView> list(Caller caller, int page, int size) {
    if (caller.organizationId() != Caller.DEFAULT_ORGANIZATION) {
      OrganizationView own = read(caller, caller.organizationId());
      return new Page<>(page == 1 ? List.of(own) : List.of(), 1);
    }
    Page<Organization> found = organizations.find(page, size);
    return new Page<>(found.items().stream().map(OrganizationView::of).toList(), found.total());
  }

  private static void requireDefault(Caller caller) {
    if (caller.organizationId() != Caller.DEFAULT_ORGANIZATION) {
      throw new ProblemException(
          ProblemType.FORBIDDEN,
          "Organizations are managed by administrators of the default organization.");
    }
  }

  private void requireFree(String name, @Nullable Long except) {
    Optional<Organization> taken = organizations.byName(name);
    if (taken.isPresent() && !Objects.equals(taken.get().id(), except)) {
      throw new ProblemException(ProblemType.CONFLICT, "An organization has this name already.");
    }
  }
}
