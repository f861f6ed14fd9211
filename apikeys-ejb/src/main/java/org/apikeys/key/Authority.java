package org.apikeys.key;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import org.apikeys.api.permission.ManagementScope;
import org.apikeys.api.permission.ScopeGrant;
import org.apikeys.api.problem.ProblemException;
import org.apikeys.api.problem.ProblemType;
import org.apikeys.api.tenant.Caller;
import org.apikeys.limit.CreditRule;
import org.apikeys.limit.MeterLimit;
import org.apikeys.limit.RateLimits;
import org.apikeys.tenant.Directory;
import org.apikeys.tenant.PersonState;
import org.jspecify.annotations.Nullable;

/**
 * What a caller may ask of a key. Nobody hands on a management scope that they do not hold, and
 * what policy wants approved is not had without that.
 */
@ApplicationScoped
class Authority {
  private final Directory directory;
  private final ApprovalRule approvals;
  private final KeyTypes types;
  private final SecretHolders holders;

  @Inject
  Authority(Directory directory, ApprovalRule approvals, KeyTypes types, SecretHolders holders) {
    this.holders = holders;
    this.types = types;
    this.directory = directory;
    this.approvals = approvals;
  }

  @SuppressWarnings("NullAway")
  protected Authority() {
    directory = null;
    approvals = null;
    types = null;
    holders = null;
  }

  /** The caller may issue this key; its owner as the directory spells the name. */
  String requireMayIssue(Caller caller, KeyConfiguration key) {
    String owner = requireOwner(caller, key.owner());
    requireUnlimitedAllowed(caller, key);
    requireHeld(caller, managementScopes(caller.organizationId(), key), Set.of());
    return owner;
  }

  /** Policy lets the caller have this without anybody's approval. */
  void requireNoApprovalNeeded(Caller caller, Wish wish) {
    approvals
        .neededFor(caller, wish)
        .ifPresent(
            need -> {
              throw new ProblemException(
                  ProblemType.FORBIDDEN, need + " Ask for it: POST /api/v1/key-requests.");
            });
  }

  /**
   * The caller may change the key so. A machine gives nothing more to a key that is stronger than
   * itself, and does not switch it on.
   *
   * @return its owner as the directory spells the name
   */
  String requireMayChange(Caller caller, Wish wish) {
    KeyConfiguration before = Objects.requireNonNull(wish.before());
    KeyConfiguration after = wish.after();
    String owner = Objects.requireNonNull(before.owner());
    if (!owner.equals(after.owner())) {
      owner = requireOwner(caller, after.owner());
    }
    if (after.limits().hasNoLimit() && !before.limits().hasNoLimit()) {
      requireUnlimitedAllowed(caller, after);
    }
    Set<String> held = managementScopes(caller.organizationId(), before);
    requireHeld(caller, managementScopes(caller.organizationId(), after), held);
    if (!wish.widened().isEmpty()) {
      requireTypeThere(after);
    }
    if (caller.kind() == Caller.Kind.KEY && (!wish.widened().isEmpty() || wish.reactivates())) {
      requireHeld(caller, held, Set.of());
    }
    return owner;
  }

  private void requireTypeThere(KeyConfiguration key) {
    if (!types.isKnown(key.type())) {
      throw new ProblemException(
          ProblemType.CONFLICT,
          "The plugin that brings the type "
              + key.type()
              + " is away; until it is back a key of it can be narrowed only.");
    }
  }

  /** The caller may take the key's secret into their hands, by rotating or revealing it. */
  void requireMayHoldSecret(Caller caller, ApiKey key) {
    boolean ownerInPerson =
        caller.kind() == Caller.Kind.PERSON && key.owner().equals(caller.owner());
    if (!ownerInPerson) {
      requireHeld(caller, managementScopes(key.organizationId(), key.configuration()), Set.of());
    }
  }

  /**
   * The secret of a key comes into hands only that it is meant for, or that policy would give such
   * a key without asking anybody: else who may not approve alone would take the key of who may.
   *
   * @param entitled who owns the key, or was approved to have it
   */
  void requireMayBeHanded(Caller caller, KeyConfiguration key, String entitled) {
    for (String person : holders.behind(caller)) {
      if (!person.equalsIgnoreCase(entitled)) {
        approvals
            .neededFor(as(person, caller), Wish.ofNew(key))
            .ifPresent(
                need -> {
                  throw new ProblemException(
                      ProblemType.FORBIDDEN,
                      ("The secret would come into the hands of " + person)
                          + (", and the key is " + entitled + "'s. " + need)
                          + (" Leave it to "
                              + entitled
                              + " in person, or ask for a key of your own:")
                          + " POST /api/v1/key-requests.");
                });
      }
    }
  }

  private Caller as(String person, Caller caller) {
    return person.equalsIgnoreCase(caller.owner())
        ? caller
        : caller.onBehalfOf(
            person, directory.stateOf(person).map(PersonState::roles).orElse(List.of()));
  }

  private String requireOwner(Caller caller, @Nullable String owner) {
    if (owner == null || owner.equals(caller.owner())) {
      return caller.owner();
    }
    PersonState person =
        directory
            .stateOf(owner)
            .filter(found -> found.organizationId() == caller.organizationId())
            .orElseThrow(
                () -> ProblemException.invalid("owner", "there is no such person to own a key"));
    if (!person.active()) {
      throw ProblemException.invalid(
          "owner", "is disabled, and a disabled person's keys do not work");
    }
    if (!person.username().equals(caller.owner()) && !caller.isAdministrator()) {
      throw new ProblemException(
          ProblemType.FORBIDDEN, "Only an administrator gives a key to another person.");
    }
    return person.username();
  }

  private static void requireUnlimitedAllowed(Caller caller, KeyConfiguration key) {
    if (key.limits().hasNoLimit() && !caller.isAdministrator()) {
      throw new ProblemException(
          ProblemType.FORBIDDEN, "A key without limits takes an administrator; give rate_limits.");
    }
  }

  private static void requireHeld(Caller caller, Set<String> wanted, Set<String> already) {
    Set<String> handedOn = new TreeSet<>(wanted);
    handedOn.removeAll(already);
    caller.requireMayHandOn(handedOn);
  }

  private Set<String> managementScopes(long organizationId, KeyConfiguration key) {
    Set<String> names = types.grants(organizationId, key).names();
    names.retainAll(ManagementScope.DESCRIPTIONS.keySet());
    return names;
  }

  /** A pattern takes in what plugins will name: only an equal or a wider one allows as much. */
  private static boolean arePatternsWithin(KeyConfiguration after, KeyConfiguration before) {
    List<ScopeGrant> had = before.scopes().stream().map(ScopeGrant::parse).toList();
    return after.scopes().stream()
        .map(ScopeGrant::parse)
        .filter(grant -> grant.scope().isPattern())
        .allMatch(grant -> had.stream().anyMatch(one -> one.covers(grant)));
  }

  /** The fields in which a configuration allows more than another, in its organization. */
  List<String> widened(long organizationId, KeyConfiguration before, KeyConfiguration after) {
    List<String> fields = new ArrayList<>();
    if (!types.grants(organizationId, after).isWithin(types.grants(organizationId, before))
        || !arePatternsWithin(after, before)) {
      fields.add("scopes");
    }
    if (!after.restrictions().isWithin(before.restrictions())) {
      fields.add("restrictions");
    }
    RateLimits limits = after.limits();
    if (!limits.isWithin(before.limits())) {
      fields.add("rate_limits");
    }
    if (!MeterLimit.areWithin(after.resourceLimits(), before.resourceLimits())) {
      fields.add("resource_limits");
    }
    if (!CreditRule.isWithin(after.credits(), before.credits())) {
      fields.add("credits");
    }
    boolean longer =
        before.expiresAt() != null
            && (after.expiresAt() == null || after.expiresAt().isAfter(before.expiresAt()));
    boolean earlier =
        before.notBefore() != null
            && (after.notBefore() == null || after.notBefore().isBefore(before.notBefore()));
    if (longer || earlier) {
      fields.add(longer ? "expires_at" : "not_before");
    }
    if (!Objects.equals(before.owner(), after.owner())) {
      fields.add("owner");
    }
    return fields;
  }
}
