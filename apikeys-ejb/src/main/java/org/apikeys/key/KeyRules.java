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
import org.apikeys.limit.CreditRule;
import org.apikeys.limit.RateLimits;
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

  private static final Duration FARTHEST = Duration.ofDays(36_600);
  private static final String LIMITS = "rate_limits.";
  private static final String UNLIMITED = "unlimited";

  private final Check check;
  private final KeyTypes types;
  private final LimitRules limitRules;
  private final Catalogue catalogue;
  private final Clock clock;

  @Inject
  KeyRules(Check check, KeyTypes types, LimitRules limitRules, Catalogue catalogue, Clock clock) {
    this.check = check;
    this.types = types;
    this.limitRules = limitRules;
    this.catalogue = catalogue;
    this.clock = clock;
  }

  @SuppressWarnings("NullAway")
  protected KeyRules() {
    check = null;
    types = null;
    limitRules = null;
    catalogue = null;
    clock = null;
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
    KeyConfiguration key =
        order.withLimits(limits(organization, order, NOTHING)).withCredits(credits(order, null));
    Duration longest = typeOf(key).longestLife();
    if (key.expiresAt() == null && longest != null) {
      Instant start = start(key, clock.instant());
      key = key.withExpiry(start.plus(longest).truncatedTo(java.time.temporal.ChronoUnit.SECONDS));
    }
    requireKept(organization, key, NOTHING, clock.instant(), anywhere);
    requireWithinBound(organization, key, NOTHING, order);
    requireNoObjection(organization, key);
    return key;
  }

  /**
   * What the life of a key is counted from.
   *
   * @param created when the key was made
   * @param renewed whether it is renewed now: then a new life begins, but for types that have one
   */
  record Life(Instant created, boolean renewed) {
    private Instant start(KeyType type, Instant now) {
      return renewed && !type.oneLife() ? now : created;
    }
  }

  /** The changed configuration of a key. */
  KeyConfiguration changed(
      long organization, KeyConfiguration before, KeyConfiguration order, Life life) {
    check.valid(order);
    KeyConfiguration key =
        order
            .withLimits(limits(organization, order, before))
            .withCredits(credits(order, before.credits()));
    if (key.publishable() != before.publishable()) {
      throw ProblemException.invalid(
          "publishable", "is settled when a key is issued; issue another key");
    }
    if (!key.environment().equals(before.environment())) {
      throw ProblemException.invalid(
          "environment", "is written in the key itself; issue a key for the other environment");
    }
    requireEmergencyStays(before, key);
    Instant start = life.start(typeOf(key, before), clock.instant());
    requireKept(organization, key, before, start, isOpen(before));
    requireWithinBound(organization, key, before, order);
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

  /** The credits with a balance: the given one, or the present one, or a first refill. */
  private static @Nullable CreditRule credits(KeyConfiguration order, @Nullable CreditRule before) {
    CreditRule given = order.credits();
    if (given == null || given.balance() != null) {
      return given;
    }
    if (before != null && before.balance() != null) {
      return given.withBalance(before.balance());
    }
    if (given.refill() == null) {
      throw ProblemException.invalid("credits.balance", "is required");
    }
    return given.withBalance(Objects.requireNonNull(given.refill().amount()));
  }

  /** What an approver makes of a wanted configuration, whether a new key's or a change. */
  KeyConfiguration narrowed(long organization, KeyConfiguration wanted, KeyConfiguration order) {
    check.valid(order);
    KeyConfiguration key =
        order
            .withLimits(limits(organization, order, wanted))
            .withCredits(credits(order, wanted.credits()));
    requireKept(organization, key, wanted, clock.instant(), isOpen(wanted));
    if (!key.equals(wanted)) {
      requireNoObjection(organization, key);
    }
    return key;
  }

  /** The limits that an order comes to, within what its type and organization have by default. */
  private RateLimits limits(long organization, KeyConfiguration order, KeyConfiguration before) {
    RateLimits standard = limitRules.standard(typeOf(order, before), order.type(), organization);
    RateLimits wanted = limits(order, standard);
    boolean same = order.type().equals(before.type()) && wanted.equals(before.rateLimits());
    LimitRule rule = limitRules.boundOf(order.type(), organization);
    if (same || rule == null || rule.most() == null) {
      return wanted;
    }
    boolean given = order.rateLimits() != null || order.rateLimit() != null || order.unlimited();
    return given ? wanted.filledFrom(rule.most()) : wanted.cappedBy(rule.most());
  }

  private static RateLimits limits(KeyConfiguration order, RateLimits standard) {
    RateLimits given = order.rateLimits();
    boolean unlimited = order.unlimited() || (given != null && given.hasNoLimit());
    if (unlimited) {
      if (order.rateLimit() != null || (given != null && given.limitsAnything())) {
        throw ProblemException.invalid(
            order.unlimited() ? UNLIMITED : LIMITS + UNLIMITED, "can't be true beside a limit");
      }
      return RateLimits.NO_LIMIT;
    }
    if (given == null) {
      return order.rateLimit() == null ? standard : RateLimits.perMinute(order.rateLimit());
    }
    if (given.missing() != null) {
      throw ProblemException.invalid(LIMITS + given.missing(), "is required");
    }
    if (order.rateLimit() != null && !order.rateLimit().equals(given.perMinute())) {
      throw ProblemException.invalid(
          "rate_limit", "must equal rate_limits.requests.per_minute when both are given");
    }
    return given.complete(standard);
  }

  /**
   * No more than the bound of its type and organization, where nobody may approve of more. What a
   * key has already stays.
   */
  private void requireWithinBound(
      long organization, KeyConfiguration key, KeyConfiguration before, KeyConfiguration order) {
    LimitRule rule = limitRules.boundOf(key.type(), organization);
    boolean had = key.type().equals(before.type()) && key.limits().equals(before.rateLimits());
    if (rule == null || rule.most() == null || rule.approvals() != null || had) {
      return;
    }
    List<FieldError> wrong =
        key.limits().beyond(rule.most()).stream()
            .filter(one -> !isNoMore(one, key, before))
            .map(one -> order.rateLimits() == null ? named(one) : one)
            .toList();
    if (!wrong.isEmpty()) {
      throw ProblemException.invalid(wrong);
    }
  }

  /** Whether a key that was beyond the bound in a field already asks for no more of it. */
  private static boolean isNoMore(FieldError field, KeyConfiguration key, KeyConfiguration before) {
    return before.rateLimits() != null
        && key.type().equals(before.type())
        && key.limits().beyond(before.rateLimits()).stream()
            .noneMatch(one -> one.field().equals(field.field()));
  }

  /** As it was named by whoever gave calls a minute alone, or no limit at all. */
  private static FieldError named(FieldError error) {
    return switch (error.field()) {
      case LIMITS + "requests.per_minute" -> new FieldError("rate_limit", error.message());
      case LIMITS + UNLIMITED -> new FieldError(UNLIMITED, error.message());
      default -> error;
    };
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
      Instant created,
      boolean anywhere) {
    List<FieldError> wrong = new ArrayList<>();
    KeyType type = typeOf(key, before);
    boolean anew = before.equals(NOTHING) || !key.type().equals(before.type());
    checkScopes(organization, key, before, wrong);
    if (anew
        || !Objects.equals(key.expiresAt(), before.expiresAt())
        || !Objects.equals(key.notBefore(), before.notBefore())) {
      checkLife(key, before, type, created, wrong);
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

  private void checkLife(
      KeyConfiguration key,
      KeyConfiguration before,
      KeyType type,
      Instant created,
      List<FieldError> wrong) {
    Instant now = clock.instant();
    Instant expiry = key.expiresAt();
    boolean sameExpiry = Objects.equals(expiry, before.expiresAt());
    if (expiry != null && !sameExpiry) {
      if (!expiry.isAfter(now)) {
        wrong.add(new FieldError("expires_at", "is in the past"));
      } else if (expiry.isAfter(now.plus(FARTHEST))) {
        wrong.add(new FieldError("expires_at", "is more than 100 years away"));
      }
    }
    if (expiry != null && key.notBefore() != null && !expiry.isAfter(key.notBefore())) {
      wrong.add(
          sameExpiry
              ? new FieldError("not_before", "is not before expires_at")
              : new FieldError("expires_at", "is not after not_before"));
    }
    Duration longest = type.longestLife();
    Instant begun = start(before, created);
    // a life that has begun begins no second time, by a later start for example
    Instant start = !before.equals(NOTHING) && !begun.isAfter(now) ? begun : start(key, created);
    if (longest != null && (expiry == null || expiry.isAfter(start.plus(longest).plusSeconds(1)))) {
      wrong.add(
          new FieldError(
              "expires_at",
              ("a key of the type " + key.type() + " lives at most " + inWords(longest))
                  + (type.oneLife() ? ", however often it is renewed" : "")));
    }
  }

  private static String inWords(Duration time) {
    long hours = time.toHours();
    if (hours == 0 || !time.equals(Duration.ofHours(hours))) {
      return time.toString();
    }
    boolean days = hours > 24 && hours % 24 == 0;
    long count = days ? hours / 24 : hours;
    return count + (days ? " day" : " hour") + (count == 1 ? "" : "s");
  }

  /** From when a life is counted: an instant at which the key works already is no start of it. */
  private static Instant start(KeyConfiguration key, Instant from) {
    Instant notBefore = key.notBefore();
    return notBefore == null || notBefore.isBefore(from) ? from : notBefore;
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
