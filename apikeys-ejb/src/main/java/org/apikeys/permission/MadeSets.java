package org.apikeys.permission;

import jakarta.annotation.security.PermitAll;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ejb.Stateless;
import jakarta.enterprise.event.Event;
import jakarta.inject.Inject;
import jakarta.persistence.EntityManager;
import jakarta.persistence.LockModeType;
import jakarta.persistence.PersistenceContext;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.apikeys.api.audit.Action;
import org.apikeys.api.cluster.Changed;
import org.apikeys.api.cluster.Topic;
import org.apikeys.api.permission.ManagementScope;
import org.apikeys.api.problem.ProblemException;
import org.apikeys.api.tenant.Caller;
import org.apikeys.audit.AuditEntry;
import org.apikeys.audit.AuditLog;
import org.apikeys.check.Expected;
import org.apikeys.store.Page;
import org.jspecify.annotations.Nullable;

/** The permission sets that administrators have made, in the store. */
@Stateless
@RolesAllowed(ManagementScope.PLUGINS_MANAGE)
public class MadeSets {
  @PersistenceContext EntityManager store;
  private static final int MOST_NAMED = 5;

  private final SetHolders holders;
  private final AuditLog audit;
  private final Event<Changed> changes;
  private final Clock clock;

  @Inject
  public MadeSets(SetHolders holders, AuditLog audit, Event<Changed> changes, Clock clock) {
    this.holders = holders;
    this.audit = audit;
    this.changes = changes;
    this.clock = clock;
  }

  @SuppressWarnings("NullAway")
  public MadeSets() {
    holders = null;
    audit = null;
    changes = null;
    clock = null;
  }

  /** Every set of every organization, for the catalogue. */
  @PermitAll
  public List<MadeSet> all() {
    return store
        .createNamedQuery("PermissionSet.all", PermissionSet.class)
        .getResultStream()
        .map(PermissionSet::shown)
        .toList();
  }

  @RolesAllowed({ManagementScope.PLUGINS_MANAGE, ManagementScope.KEYS_READ})
  public Page<MadeSet> list(Caller caller, int page, int size) {
    List<MadeSet> sets =
        store
            .createNamedQuery("PermissionSet.byOrganization", PermissionSet.class)
            .setParameter("organization", caller.organizationId())
            .setFirstResult((page - 1) * size)
            .setMaxResults(size)
            .getResultStream()
            .map(PermissionSet::shown)
            .toList();
    Long total =
        store
            .createNamedQuery("PermissionSet.countByOrganization", Long.class)
            .setParameter("organization", caller.organizationId())
            .getSingleResult();
    return new Page<>(sets, total);
  }

  @RolesAllowed({ManagementScope.PLUGINS_MANAGE, ManagementScope.KEYS_READ})
  public MadeSet read(Caller caller, long id) {
    return visible(caller, Optional.ofNullable(store.find(PermissionSet.class, id))).shown();
  }

  /**
   * The keys of the organization that name a set and may work yet, in words: {@code 2 keys (key-4,
   * key-9)}; empty when there is none.
   */
  public Optional<String> holders(Caller caller, String name) {
    Page<String> keys = holders.holding(caller.organizationId(), name, MOST_NAMED);
    if (keys.total() == 0) {
      return Optional.empty();
    }
    String more = keys.total() > keys.items().size() ? ", …" : "";
    return Optional.of(
        keys.total()
            + (keys.total() == 1 ? " key (" : " keys (")
            + (String.join(", ", keys.items()) + more + ")"));
  }

  public MadeSet create(Caller caller, PermissionSetOrder order) {
    PermissionSet set =
        new PermissionSet(caller.organizationId(), order, caller.name(), clock.instant());
    store.persist(set);
    store.flush();
    return saved(
        caller,
        set,
        about(caller, Action.PERMISSION_SET_CREATED, set)
            .changing("scopes", null, set.scopes())
            .changing("description", null, set.description()));
  }

  /** Changes what it grants and how it is described. */
  public MadeSet change(
      Caller caller, long id, PermissionSetOrder order, @Nullable Expected expected) {
    PermissionSet set = toChange(caller, id, expected);
    if (!set.name().equals(order.name())) {
      throw ProblemException.invalid("name", "can't be changed: keys hold the set by its name");
    }
    AuditEntry entry =
        about(caller, Action.PERMISSION_SET_UPDATED, set)
            .changing("scopes", set.scopes(), order.scopes())
            .changing("description", set.description(), order.description());
    set.change(order.description(), order.scopes(), clock.instant());
    store.flush();
    return saved(caller, set, entry);
  }

  public void delete(Caller caller, long id, @Nullable Expected expected) {
    PermissionSet set = toChange(caller, id, expected);
    AuditEntry entry =
        about(caller, Action.PERMISSION_SET_DELETED, set)
            .changing("scopes", set.scopes(), null)
            .changing("description", set.description(), null);
    remember(caller, set.shown(), set.version() + 1, List.of());
    store.remove(set);
    audit.record(entry);
    changes.fire(new Changed(Topic.PERMISSIONS, 0));
  }

  private MadeSet saved(Caller caller, PermissionSet set, AuditEntry entry) {
    MadeSet shown = set.shown();
    remember(caller, shown, shown.version(), shown.scopes());
    audit.record(entry);
    changes.fire(new Changed(Topic.PERMISSIONS, 0));
    return shown;
  }

  /** Keeps what a set is from now on, also after it is deleted: then it has no scopes. */
  private void remember(Caller caller, MadeSet set, long version, List<String> scopes) {
    store
        .createNativeQuery(
            "INSERT INTO permission_set_version (permission_set_id, version, organization_id, name,"
                + " description, scopes, written_by, written_at)"
                + " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)")
        .setParameter(1, set.id())
        .setParameter(2, version)
        .setParameter(3, set.organizationId())
        .setParameter(4, set.name())
        .setParameter(5, set.description())
        .setParameter(6, String.join(" ", scopes))
        .setParameter(7, caller.name())
        .setParameter(8, clock.millis())
        .executeUpdate();
  }

  /**
   * The scopes of the set that an organization had under a name at an instant; empty when it had
   * none.
   */
  @PermitAll
  public Optional<List<String>> scopesAt(long organizationId, String name, Instant at) {
    List<?> rows =
        store
            .createNativeQuery(
                "SELECT scopes FROM permission_set_version WHERE organization_id = ?1 AND name = ?2"
                    + " AND written_at <= ?3"
                    + " ORDER BY written_at DESC, permission_set_id DESC, version DESC"
                    + " FETCH FIRST 1 ROWS ONLY")
            .setParameter(1, organizationId)
            .setParameter(2, name)
            .setParameter(3, at.toEpochMilli())
            .getResultList();
    return rows.stream()
        .map(String::valueOf)
        .filter(scopes -> !scopes.isEmpty())
        .map(scopes -> List.of(scopes.split(" ", -1)))
        .findFirst();
  }

  /**
   * How a set was at some time.
   *
   * @param by who wrote this version
   * @param at when
   */
  public record Version(
      long version, String description, List<String> scopes, String by, Instant at) {}

  /** The versions of a set, the newest first. */
  @RolesAllowed({ManagementScope.PLUGINS_MANAGE, ManagementScope.KEYS_READ})
  @SuppressWarnings("unchecked")
  public Page<Version> versions(Caller caller, long id, int page, int size) {
    read(caller, id);
    Number total =
        (Number)
            store
                .createNativeQuery(
                    "SELECT COUNT(*) FROM permission_set_version WHERE permission_set_id = ?1")
                .setParameter(1, id)
                .getSingleResult();
    List<Object[]> rows =
        store
            .createNativeQuery(
                "SELECT version, description, scopes, written_by, written_at FROM"
                    + " permission_set_version WHERE permission_set_id = ?1 ORDER BY version DESC")
            .setParameter(1, id)
            .setFirstResult((page - 1) * size)
            .setMaxResults(size)
            .getResultList();
    List<Version> versions =
        rows.stream()
            .map(
                row ->
                    new Version(
                        ((Number) row[0]).longValue(),
                        (String) row[1],
                        List.of(((String) row[2]).split(" ", -1)),
                        (String) row[3],
                        Instant.ofEpochMilli(((Number) row[4]).longValue())))
            .toList();
    return new Page<>(versions, total.longValue());
  }

  private PermissionSet toChange(Caller caller, long id, @Nullable Expected expected) {
    PermissionSet set =
        visible(
            caller,
            Optional.ofNullable(
                store.find(PermissionSet.class, id, LockModeType.PESSIMISTIC_WRITE)));
    Expected.version(expected, set.version(), "The set has changed");
    return set;
  }

  private static PermissionSet visible(Caller caller, Optional<PermissionSet> set) {
    return set.filter(found -> found.organizationId() == caller.organizationId())
        .orElseThrow(() -> ProblemException.notFound("permission set"));
  }

  private static AuditEntry about(Caller caller, Action action, PermissionSet set) {
    return AuditEntry.of(caller, action).on("permission_set", set.id(), set.name());
  }
}
