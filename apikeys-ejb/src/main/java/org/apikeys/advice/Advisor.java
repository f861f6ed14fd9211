package org.apikeys.advice;

import jakarta.annotation.security.RolesAllowed;
import jakarta.ejb.Stateless;
import jakarta.inject.Inject;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apikeys.advice.Advice.Narrowing;
import org.apikeys.advice.Advice.UsedScope;
import org.apikeys.api.permission.ManagementScope;
import org.apikeys.api.problem.ProblemException;
import org.apikeys.api.problem.ProblemType;
import org.apikeys.api.tenant.Caller;
import org.apikeys.check.Expected;
import org.apikeys.key.KeyConfiguration;
import org.apikeys.key.KeyKeeper;
import org.apikeys.key.KeyReader;
import org.apikeys.key.KeyView;
import org.apikeys.permission.Grants;
import org.apikeys.restriction.IpMatcher;
import org.apikeys.restriction.IpRules;
import org.apikeys.restriction.Restrictions;
import org.apikeys.usage.KeyUse;
import org.apikeys.usage.KeyUse.Kind;
import org.apikeys.usage.KeyUseStore;
import org.jspecify.annotations.Nullable;

/** Advises to take from keys what they do not use, and takes it when asked to. */
@Stateless
@RolesAllowed(ManagementScope.KEYS_READ)
public class Advisor {
  private final KeyReader reader;
  private final KeyKeeper keeper;
  private final KeyUseStore uses;
  private final Clock clock;

  @Inject
  public Advisor(KeyReader reader, KeyKeeper keeper, KeyUseStore uses, Clock clock) {
    this.reader = reader;
    this.keeper = keeper;
    this.uses = uses;
    this.clock = clock;
  }

  @SuppressWarnings("NullAway")
  public Advisor() {
    reader = null;
    keeper = null;
    uses = null;
    clock = null;
  }

  /** What follows from the use of the last days. */
  public Advice advise(Caller caller, long id, int days) {
    KeyView key = reader.read(caller, id);
    Instant since = clock.instant().minus(Duration.ofDays(days));
    List<String> notes = new ArrayList<>();
    if (key.createdAt().isAfter(since)) {
      notes.add("The key is younger than " + days + " days; it may yet use what it has not used.");
    }
    List<KeyUse> used = uses.since(id, since);
    Map<String, Instant> scopes = new TreeMap<>();
    used.stream()
        .filter(use -> use.kind() == Kind.SCOPE)
        .forEach(use -> scopes.put(use.item(), use.lastUsedAt()));
    List<String> held = List.copyOf(reader.grants(caller, id).held());
    List<String> unused =
        held.stream()
            .filter(scope -> !isManagement(scope) && !scopes.containsKey(Grants.name(scope)))
            .toList();
    List<String> ranges = unusedRanges(key.configuration().restrictions(), used, notes);
    if (used.isEmpty()) {
      notes.add("The key was not used at all: deactivate or revoke it.");
    }
    boolean follows = !used.isEmpty() && !(unused.isEmpty() && ranges.isEmpty());
    return new Advice(
        "key-" + id,
        since,
        scopes.entrySet().stream().map(use -> new UsedScope(use.getKey(), use.getValue())).toList(),
        unused,
        ranges,
        items(used, Kind.METHOD),
        held.stream().filter(Advisor::isManagement).toList(),
        follows ? narrowing(key.configuration(), held, unused, ranges) : null,
        notes);
  }

  private static boolean isManagement(String scope) {
    return ManagementScope.DESCRIPTIONS.containsKey(scope);
  }

  private static List<String> items(List<KeyUse> used, Kind kind) {
    return used.stream().filter(use -> use.kind() == kind).map(KeyUse::item).toList();
  }

  /** A list that would be empty allows everything: one range stays at least. */
  private static List<String> unusedRanges(
      Restrictions restrictions, List<KeyUse> used, List<String> notes) {
    List<String> allowed = restrictions.ip().allow();
    List<String> addresses = items(used, Kind.ADDRESS);
    if (allowed.isEmpty() || addresses.isEmpty()) {
      return List.of();
    }
    if (addresses.contains(KeyUse.MORE)) {
      notes.add("The key was used from more addresses than are kept; its ranges are not judged.");
      return List.of();
    }
    List<String> unused =
        allowed.stream()
            .filter(
                range -> {
                  IpMatcher matcher = IpMatcher.compile(new IpRules(List.of(range), List.of()));
                  return addresses.stream().noneMatch(matcher::allows);
                })
            .toList();
    return unused.size() == allowed.size() ? List.of() : unused;
  }

  private static Narrowing narrowing(
      KeyConfiguration key, List<String> held, List<String> unused, List<String> ranges) {
    Restrictions restrictions = key.restrictions();
    List<String> allowed = new ArrayList<>(restrictions.ip().allow());
    allowed.removeAll(ranges);
    return new Narrowing(
        unused.isEmpty()
            ? key.scopes()
            : held.stream().filter(scope -> !unused.contains(scope)).toList(),
        unused.isEmpty() ? key.permissionSets() : List.of(),
        new Restrictions(new IpRules(allowed, restrictions.ip().deny()), restrictions.referrers()));
  }

  /** Narrows the key as advised; that takes no approval. */
  @RolesAllowed(ManagementScope.KEYS_WRITE)
  public KeyView apply(Caller caller, long id, int days, @Nullable Expected expected) {
    Narrowing narrowing = advise(caller, id, days).narrowing();
    if (narrowing == null) {
      throw new ProblemException(
          ProblemType.CONFLICT, "Nothing follows from the key's use that could be applied.");
    }
    return keeper.change(
        caller,
        id,
        before ->
            before.narrowedTo(
                narrowing.scopes(), narrowing.permissionSets(), narrowing.restrictions()),
        null,
        expected);
  }
}
