package org.apikeys.key;

import jakarta.annotation.security.PermitAll;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ejb.Stateless;
import jakarta.inject.Inject;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.apikeys.api.permission.ManagementScope;
import org.apikeys.api.tenant.Caller;
import org.apikeys.key.KeyLists.Counted;
import org.apikeys.limit.Adaptation;
import org.apikeys.limit.Allowance;
import org.apikeys.limit.Counter;
import org.apikeys.limit.Counters;
import org.apikeys.limit.Gate;
import org.apikeys.limit.SteadyTime;
import org.apikeys.limit.Window;
import org.apikeys.limit.WindowLimits;
import org.apikeys.limit.WindowState;
import org.apikeys.permission.Catalogue;
import org.apikeys.permission.Grants;
import org.apikeys.store.Page;
import org.apikeys.tenant.PersonCache;
import org.jspecify.annotations.Nullable;

/** Shows keys to those who may see them. */
@Stateless
@RolesAllowed({ManagementScope.KEYS_READ, ManagementScope.USAGE_READ})
public class KeyReader {
  private static final int MOST_OWN_KEYS = 1_000;

  private final ApiKeys keys;
  private final KeyLists lists;
  private final Catalogue catalogue;
  private final KeyTypes types;
  private final PersonCache people;
  private final Counters counters;
  private final Clock clock;
  private final SteadyTime time;

  @Inject
  public KeyReader(
      ApiKeys keys,
      KeyLists lists,
      Catalogue catalogue,
      KeyTypes types,
      PersonCache people,
      Counters counters,
      Clock clock,
      SteadyTime time) {
    this.time = time;
    this.types = types;
    this.people = people;
    this.keys = keys;
    this.lists = lists;
    this.catalogue = catalogue;
    this.counters = counters;
    this.clock = clock;
  }

  @SuppressWarnings("NullAway")
  public KeyReader() {
    keys = null;
    lists = null;
    catalogue = null;
    types = null;
    people = null;
    counters = null;
    clock = null;
    time = null;
  }

  public KeyView read(Caller caller, long id) {
    return view(keys.seenBy(caller, id));
  }

  /** A page of the keys that the caller sees. */
  public Page<KeyView> list(Caller caller, KeyFilter filter, int page, int size) {
    Instant now = clock.instant();
    Page<Counted> found =
        lists.find(
            caller.organizationId(),
            caller.seesWholeOrganization() ? null : caller.owner(),
            filter,
            now,
            page,
            size);
    return new Page<>(
        found.items().stream().map(one -> KeyView.of(one.key(), one.usage(), now)).toList(),
        found.total());
  }

  /** A key and whose it is. */
  public record Owned(long id, String name, String owner) {}

  /**
   * The keys that the caller sees and that fit, the oldest first; for thousands of them at once,
   * which would take a minute as pages of a list.
   */
  public List<Owned> owned(Caller caller, KeyFilter filter, int most) {
    return lists.owned(
        caller.organizationId(),
        caller.seesWholeOrganization() ? null : caller.owner(),
        filter,
        clock.instant(),
        most);
  }

  /** A page of the keys that the caller sees and that were not revoked, the newest first. */
  public Page<KeyView> listUnrevoked(Caller caller, int page, int size) {
    Instant now = clock.instant();
    Page<Counted> found =
        lists.findUnrevoked(
            caller.organizationId(),
            caller.seesWholeOrganization() ? null : caller.owner(),
            page,
            size);
    return new Page<>(
        found.items().stream().map(one -> KeyView.of(one.key(), one.usage(), now)).toList(),
        found.total());
  }

  /** How many keys that the caller sees can be used now. */
  public long countActive(Caller caller) {
    return lists.countActive(
        caller.organizationId(),
        caller.seesWholeOrganization() ? null : caller.owner(),
        clock.instant());
  }

  /** The numbers of the caller's own keys, at most a thousand. */
  @RolesAllowed(ManagementScope.USAGE_READ)
  public List<Long> ownNumbers(Caller caller) {
    return keys.ownedBy(caller.organizationId(), caller.owner(), MOST_OWN_KEYS);
  }

  /** Who owns each of those keys now. */
  @PermitAll
  public Map<Long, String> ownersOf(Collection<Long> ids) {
    return keys.ownersOf(ids);
  }

  /** What the person's keys that are not revoked hold today: scopes by name. */
  @PermitAll
  public Set<String> scopesOf(long organizationId, String owner) {
    Set<String> scopes = new TreeSet<>();
    keys.scopesOf(organizationId, owner)
        .forEach(
            scope ->
                catalogue.matching(scope).stream()
                    .map(Catalogue.NamedScope::name)
                    .forEach(scopes::add));
    return scopes;
  }

  /** A page of the keys that hold a permission set: whom a change of it would touch. */
  public Page<KeyView> holdingSet(Caller caller, String set, int page, int size) {
    Page<ApiKey> found = lists.holdingSet(caller.organizationId(), set, page, size);
    return new Page<>(found.items().stream().map(this::view).toList(), found.total());
  }

  /** The warnings of each of those keys: what they carry that grants nothing now. */
  public List<String> warnings(KeyView key) {
    return grants(key.organizationId(), key.configuration()).warnings();
  }

  /** Where each scope of the key comes from. */
  public Grants grants(Caller caller, long id) {
    ApiKey key = keys.seenBy(caller, id);
    return grants(key.organizationId(), key.configuration());
  }

  private Grants grants(long organizationId, KeyConfiguration key) {
    Grants grants = types.grants(organizationId, key);
    List<String> warnings = new ArrayList<>(grants.warnings());
    String owner = String.valueOf(key.owner());
    // a person of an external issuer is not in the directory, and nothing disables them here
    if (people.byUsername(owner).filter(person -> !person.active()).isPresent()) {
      warnings.add("The owner " + owner + " is disabled: the key does not work until that ends.");
    }
    if (!types.isKnown(key.type())) {
      warnings.add(
          "No enabled plugin brings the type " + key.type() + ": the key can be narrowed only.");
    }
    return new Grants(grants.scopes(), List.copyOf(warnings));
  }

  /**
   * How a key stands with its limits now.
   *
   * @param minute the minute, limited or not
   * @param more the limits that are no windows; null when there are none
   * @param tightened how much of its limits counts for now; null for the whole
   */
  public record LimitState(
      WindowState minute,
      List<WindowState> windows,
      Gate.@Nullable Standing more,
      @Nullable Adaptation tightened) {}

  @RolesAllowed(ManagementScope.USAGE_READ)
  public LimitState limits(Caller caller, long id) {
    return limits(keys.seenBy(caller, id));
  }

  /** The same for those who watch live and have been let in before; empty without such a key. */
  @PermitAll
  public Optional<LimitState> limitsBySystem(long id) {
    return keys.byId(id).map(this::limits);
  }

  private LimitState limits(ApiKey found) {
    KeyConfiguration key = found.configuration();
    long now = time.millis();
    Counter counter = counters.current(found.id(), now);
    // an alert tightens the key at rest: its counter hears of that with the next call
    Adaptation tightened = counter.adaptationUnder(found.throttlePercent());
    WindowLimits limits = key.limits().windows().under(tightened);
    Gate gate = counters.gate(found.id(), key.gateRules());
    Gate.Standing more = gate == null ? null : gate.standing(tightened, now);
    List<WindowState> windows =
        more == null
            ? limits.limited().stream().map(window -> state(window, limits, counter, now)).toList()
            : more.windows();
    WindowState minute =
        windows.stream()
            .filter(one -> one.allowance().window() == Window.MINUTE)
            .findFirst()
            .orElseGet(() -> state(Window.MINUTE, limits, counter, now));
    return new LimitState(minute, windows, more, tightened);
  }

  private static WindowState state(Window window, WindowLimits limits, Counter counter, long now) {
    return new WindowState(
        Allowance.of(window, limits.of(window), counter, now),
        counter.start(window, now),
        counter.used(window, now));
  }

  /** One generation of the key's secret and its traffic. */
  public record Generation(
      int generation,
      String keyPrefix,
      Instant createdAt,
      @Nullable Instant expiresAt,
      @Nullable Instant retiredAt,
      long requestCount,
      @Nullable Instant lastUsedAt) {}

  /** The generations, the newest first. */
  public List<Generation> generations(Caller caller, long id) {
    keys.seenBy(caller, id);
    Instant now = clock.instant();
    return keys.secretsOf(id).stream()
        .map(
            secret ->
                new Generation(
                    secret.generation(),
                    secret.keyPrefix(),
                    secret.createdAt(),
                    secret.expiresAt(),
                    secret.expiresAt() != null && !secret.expiresAt().isAfter(now)
                        ? secret.expiresAt()
                        : null,
                    secret.requestCount(),
                    secret.lastUsedAt()))
        .toList();
  }

  private KeyView view(ApiKey key) {
    return KeyView.of(key, keys.usageOf(key.id()), clock.instant());
  }
}
