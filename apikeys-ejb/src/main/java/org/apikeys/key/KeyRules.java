package org.apikeys.key;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.apikeys.api.plugin.WantedKey;
import org.apikeys.api.problem.FieldError;
import org.apikeys.api.problem.ProblemException;
import org.apikeys.check.Check;
import org.apikeys.permission.Catalogue;
import org.apikeys.permission.Grants;
import org.apikeys.permission.PermissionSets;
import org.apikeys.store.Json;
import org.jspecify.annotations.Nullable;

/** What every configuration of a key must keep, whoever asks for it. */
@ApplicationScoped
class KeyRules {
  /** What a new key holds before. */
  private static final KeyConfiguration NOTHING =
      Json.read("{\"name\": \"nothing\"}", KeyConfiguration.class);

  private final Check check;
  private final KeyTypes types;
  private final Catalogue catalogue;
  private final Clock clock;
  private final OrderedLimits limits;
  private final LifeRules life;

  @Inject
  KeyRules(Check check, KeyTypes types, LimitRules limitRules, Catalogue catalogue, Clock clock) {
    this.check = check;
    this.types = types;
    this.catalogue = catalogue;
    this.clock = clock;
    limits = new OrderedLimits(limitRules);
    life = new LifeRules(clock);
  }

  @SuppressWarnings("NullAway")
  protected KeyRules() {
    check = null;
    types = null;
    catalogue = null;
    clock = null;
    limits = null;
    life = null;
  }

  KeyType typeOf(KeyConfiguration key) {
    return types
        .named(key.type())
        .orElseThrow(
            () ->
                ProblemException.invalid("type", "is one of " + String.join(", ", types.names())));
  }

  /**
   * The type of a key that is there; without its plugin it has no rules, and nothing is widened.
   */
  private KeyType typeOf(KeyConfiguration key, KeyConfiguration before) {
    boolean stays = !before.equals(NOTHING) && key.type().equals(before.type());
    return stays ? types.named(key.type()).orElse(KeyType.AWAY) : typeOf(key);
  }

  /** The configuration of a new key: checked, and complete with what was left to the system. */
  KeyConfiguration complete(long organization, KeyConfiguration order) {
    return complete(organization, order, false);
  }

  /**
   * As {@link #complete(long, KeyConfiguration)}.
   *
   * @param anywhere a publishable key may do without the restriction that it needs in production
   */
  KeyConfiguration complete(long organization, KeyConfiguration order, boolean anywhere) {
    check.valid(order);
    KeyType type = typeOf(order);
    KeyConfiguration key = life.complete(limits.complete(organization, order, NOTHING, type), type);
    requireKept(organization, key, NOTHING, life.start(key), anywhere);
    limits.requireWithinBound(organization, key, NOTHING, order);
    requireNoObjection(organization, key);
    return key;
  }

  /** The changed configuration of a key. */
  KeyConfiguration changed(
      long organization, KeyConfiguration before, KeyConfiguration order, LifeRules.Begun begun) {
    check.valid(order);
    KeyConfiguration key = limits.complete(organization, order, before, typeOf(order, before));
    if (key.publishable() != before.publishable()) {
      throw ProblemException.invalid(
          "publishable", "is settled when a key is issued; issue another key");
    }
    if (!key.environment().equals(before.environment())) {
      throw ProblemException.invalid(
          "environment", "is written in the key itself; issue a key for the other environment");
    }
    requireEmergencyStays(before, key);
    Instant start = life.start(key, before, typeOf(key, before), begun);
    requireKept(organization, key, before, start, isOpen(before));
    limits.requireWithinBound(organization, key, before, order);
    if (!key.equals(before)) {
      requireNoObjection(organization, key);
    }
    return key;
  }

  /** Whoever gets an emergency key is asked afterwards, which a change would get around. */
  private static void requireEmergencyStays(KeyConfiguration before, KeyConfiguration key) {
    boolean was = before.type().equals(KeyConfiguration.EMERGENCY);
    if (was != key.type().equals(KeyConfiguration.EMERGENCY)) {
      throw ProblemException.invalid(
          "type",
          was
              ? "stays emergency for the key's short life; ask for another key with the type wanted"
              : "is not changed to emergency: ask for a key of it with POST /api/v1/key-requests and"
                  + " the kind emergency");
    }
  }

  /** What an approver makes of a wanted configuration, whether a new key's or a change. */
  KeyConfiguration narrowed(long organization, KeyConfiguration wanted, KeyConfiguration order) {
    check.valid(order);
    KeyConfiguration key = limits.complete(organization, order, wanted, typeOf(order, wanted));
    requireKept(organization, key, wanted, clock.instant(), isOpen(wanted));
    if (!key.equals(wanted)) {
      requireNoObjection(organization, key);
    }
    return key;
  }

  /** A publishable key of production that works from anywhere; a change of it may leave it so. */
  private static boolean isOpen(KeyConfiguration key) {
    return key.publishable()
        && key.environment().equals(KeyConfiguration.STANDARD_ENVIRONMENT)
        && key.restrictions().fromAnywhere();
  }

  /**
   * A change is judged on what it changes: a set that has grown, or a type whose rules became
   * stricter, stands in the way of nobody who deactivates the key.
   */
  private void requireKept(
      long organization,
      KeyConfiguration key,
      KeyConfiguration before,
      Instant start,
      boolean anywhere) {
    List<FieldError> wrong = new ArrayList<>();
    KeyType type = typeOf(key, before);
    boolean anew = before.equals(NOTHING) || !key.type().equals(before.type());
    checkScopes(organization, key, before, wrong);
    if (anew
        || !Objects.equals(key.expiresAt(), before.expiresAt())
        || !Objects.equals(key.notBefore(), before.notBefore())) {
      life.check(key, before, type, start, wrong);
    }
    if (anew
        || !key.scopes().equals(before.scopes())
        || !key.permissionSets().equals(before.permissionSets())) {
      checkCarried(organization, key, type, wrong);
    }
    if (anew || !key.restrictions().equals(before.restrictions())) {
      checkRestrictions(key, type, wrong);
    }
    if (!Objects.equals(key.rotation(), before.rotation())) {
      checkOverlap(key.rotation(), wrong);
    }
    if (!anywhere && isOpen(key)) {
      wrong.add(
          new FieldError(
              "restrictions",
              "a publishable key must be restricted by IP or referrer in production"));
    }
    if (!wrong.isEmpty()) {
      throw ProblemException.invalid(wrong);
    }
  }

  private static void checkRestrictions(
      KeyConfiguration key, KeyType type, List<FieldError> wrong) {
    for (String required : Objects.requireNonNull(type.requires())) {
      boolean there =
          required.equals("ip")
              ? !key.restrictions().ip().allow().isEmpty()
              : !key.restrictions().referrers().isEmpty();
      if (!there) {
        wrong.add(
            new FieldError(
                "restrictions." + required,
                "a key of the type " + key.type() + " must be restricted by it"));
      }
    }
  }

  private static void checkOverlap(@Nullable Rotation rotation, List<FieldError> wrong) {
    if (rotation == null || rotation.overlap() == null) {
      return;
    }
    Duration overlap = Duration.parse(rotation.overlap());
    if (overlap.compareTo(Rotation.LONGEST_OVERLAP) > 0) {
      wrong.add(new FieldError("rotation.overlap", "is at most 90 days"));
    } else if (overlap.compareTo(Duration.parse(rotation.every())) > 0) {
      wrong.add(
          new FieldError(
              "rotation.overlap",
              "is at most as long as every: else more secrets work with each rotation"));
    }
  }

  private void checkCarried(
      long organization, KeyConfiguration key, KeyType type, List<FieldError> wrong) {
    if (type.carriesAll()) {
      return;
    }
    Set<String> held =
        Grants.of(catalogue, organization, key.scopes(), key.permissionSets()).names();
    catalogue.scopes().stream()
        .filter(scope -> held.contains(scope.name()))
        .filter(scope -> !type.mayCarry(scope))
        .map(Catalogue.NamedScope::name)
        .findFirst()
        .ifPresent(
            scope ->
                wrong.add(
                    new FieldError(
                        "scopes", "a key of the type " + key.type() + " can't hold " + scope)));
  }

  /** What plugins whose scopes it would hold, or whose type it is of, say of it. */
  private void requireNoObjection(long organization, KeyConfiguration key) {
    List<FieldError> objections =
        catalogue.objections(
            new WantedKey(
                key.name(),
                key.type(),
                key.environment(),
                List.copyOf(
                    Grants.of(catalogue, organization, key.scopes(), key.permissionSets()).held()),
                key.restrictions().ip().allow(),
                key.restrictions().referrers(),
                key.expiresAt(),
                key.tags(),
                key.metadata()));
    if (!objections.isEmpty()) {
      throw ProblemException.invalid(objections);
    }
  }

  /** What a key holds already stays, also while the plugin that names it is away. */
  private void checkScopes(
      long organization, KeyConfiguration key, KeyConfiguration before, List<FieldError> wrong) {
    for (int i = 0; i < key.scopes().size(); i++) {
      String field = "scopes[" + i + "]";
      try {
        String problem =
            before.scopes().contains(key.scopes().get(i))
                ? null
                : PermissionSets.problemOf(catalogue, key.scopes().get(i));
        if (problem != null) {
          wrong.add(new FieldError(field, problem));
        }
      } catch (IllegalArgumentException e) {
        wrong.add(new FieldError(field, Optional.ofNullable(e.getMessage()).orElse("is no scope")));
      }
    }
    for (int i = 0; i < key.permissionSets().size(); i++) {
      String set = key.permissionSets().get(i);
      if (!before.permissionSets().contains(set)
          && catalogue.permissionSet(set, organization).isEmpty()) {
        wrong.add(
            new FieldError(
                "permission_sets[" + i + "]",
                "no enabled plugin offers this set; GET /api/v1/api-keys/scopes lists them"));
      }
    }
  }
}
