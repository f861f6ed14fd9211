package org.apikeys.key;

import jakarta.annotation.security.PermitAll;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ejb.Stateless;
import jakarta.inject.Inject;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.apikeys.api.permission.ManagementScope;
import org.apikeys.api.problem.FieldError;
import org.apikeys.api.problem.ProblemException;
import org.apikeys.api.problem.ProblemType;
import org.apikeys.api.tenant.Caller;
import org.apikeys.check.Expected;
import org.jspecify.annotations.Nullable;

/** Works out what somebody wants of a key, by every rule but the policies, and changes nothing. */
@Stateless
@RolesAllowed({
  ManagementScope.KEYS_WRITE,
  ManagementScope.REQUESTS_WRITE,
  ManagementScope.REQUESTS_APPROVE
})
public class KeyProposals {
  private final ApiKeys keys;
  private final KeyRules rules;
  private final Authority authority;

  @Inject
  public KeyProposals(ApiKeys keys, KeyRules rules, Authority authority) {
    this.keys = keys;
    this.rules = rules;
    this.authority = authority;
  }

  @SuppressWarnings("NullAway")
  public KeyProposals() {
    keys = null;
    rules = null;
    authority = null;
  }

  /**
   * A change of a key.
   *
   * @param name what the key is called
   * @param active whether it is to be active
   * @param widened the fields in which it allows more
   */
  public record Change(
      long keyId,
      String name,
      KeyConfiguration before,
      KeyConfiguration after,
      boolean wasActive,
      boolean active,
      List<String> widened) {
    public Change {
      widened = List.copyOf(widened);
    }

    /** The same, of a key of this owner. */
    Change of(String owner) {
      return new Change(keyId, name, before, after.withOwner(owner), wasActive, active, widened);
    }

    /** For the policies. */
    public Wish wish() {
      return new Wish(before, after, widened, active && !wasActive);
    }
  }

  /** What is wanted of a key that is there. */
  public record Wanted(
      UnaryOperator<KeyConfiguration> change, @Nullable Boolean active, boolean renewal) {}

  /** A new key, complete with what was left to the system. */
  public KeyConfiguration ofNew(Caller caller, KeyConfiguration order) {
    KeyConfiguration complete = rules.complete(caller.organizationId(), order);
    return complete.withOwner(authority.requireMayIssue(caller, complete));
  }

  /** As {@link #ofNew}, when the system itself speaks for the caller. */
  @PermitAll
  public KeyConfiguration ofNewBySystem(Caller caller, KeyConfiguration order) {
    return ofNew(caller, order);
  }

  /** As {@link #ofNew}, and a publishable key may work from anywhere, in production too. */
  public KeyConfiguration ofNewForAnywhere(Caller caller, KeyConfiguration order) {
    KeyConfiguration complete = rules.complete(caller.organizationId(), order, true);
    return complete.withOwner(authority.requireMayIssue(caller, complete));
  }

  /** A change of a key that the caller sees. */
  public Change ofChange(Caller caller, long id, Wanted wanted, @Nullable Expected expected) {
    ApiKey key = keys.seenBy(caller, id);
    Expected.version(expected, key.version(), "The key has changed");
    key.requireNotRevoked();
    KeyConfiguration before = key.present();
    KeyConfiguration after =
        rules.changed(
            key.organizationId(),
            before,
            wanted.change().apply(before),
            new LifeRules.Begun(key.createdAt(), wanted.renewal()));
    List<String> widened = authority.widened(key.organizationId(), before, after);
    boolean active = wanted.active() == null ? key.isActive() : wanted.active();
    Change change = new Change(id, before.name(), before, after, key.isActive(), active, widened);
    return change.of(authority.requireMayChange(caller, change.wish()));
  }

  /** A new key that was asked for a while ago can be made as it was asked for, now. */
  public void requireStillPossible(long organization, KeyConfiguration wanted) {
    try {
      rules.complete(organization, wanted, true);
    } catch (ProblemException e) {
      throw new ProblemException(
          ProblemType.CONFLICT,
          "This key can't be had any more ("
              + e.detail()
              + "); the request can only be rejected or cancelled.");
    }
  }

  /** Whether a key is not any more as it was when this change of it was proposed, and why. */
  @PermitAll
  public Optional<String> overtaken(Change change) {
    ApiKey key = keys.byId(change.keyId()).orElse(null);
    if (key == null || key.revokedAt() != null) {
      return Optional.of(ApiKey.REVOKED);
    }
    return key.isAs(change)
        ? Optional.empty()
        : Optional.of("The key was changed since this was asked for; it must be asked for again.");
  }

  /** The fields in which one configuration allows more than the other. */
  public List<String> widened(long organization, KeyConfiguration before, KeyConfiguration after) {
    return authority.widened(organization, before, after);
  }

  /**
   * A wanted configuration after an approver took something away from it; whatever is more, or is
   * no limit at all, is refused with its field.
   */
  public KeyConfiguration narrowed(
      long organization, KeyConfiguration wanted, KeyConfiguration order) {
    KeyConfiguration narrowed = rules.narrowed(organization, wanted, order);
    List<FieldError> wrong = new ArrayList<>();
    authority
        .widened(organization, wanted, narrowed)
        .forEach(
            field -> wrong.add(new FieldError("overrides." + field, "an approver only narrows")));
    if (!wrong.isEmpty()) {
      throw ProblemException.invalid(wrong);
    }
    return narrowed;
  }
}
