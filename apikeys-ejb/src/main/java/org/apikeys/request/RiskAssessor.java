package org.apikeys.request;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.apikeys.api.permission.HeldScopes;
import org.apikeys.key.KeyConfiguration;
import org.apikeys.key.KeyReader;
import org.apikeys.permission.Catalogue;
import org.apikeys.permission.Catalogue.NamedScope;
import org.apikeys.permission.Grants;

/** Scores wishes by what they would allow, not by who asks. */
@ApplicationScoped
class RiskAssessor {
  private static final int MOST = 100;
  private static final long MANY_CALLS = 1_000;
  private static final Duration LONG = Duration.ofDays(365);
  private static final Set<String> SYSTEM =
      Set.of("admin", "monitoring", "backup", "integration", "emergency");
  private static final int SHOWN_SCOPES = 5;

  private final Catalogue catalogue;
  private final KeyReader keys;
  private final Clock clock;

  @Inject
  RiskAssessor(Catalogue catalogue, KeyReader keys, Clock clock) {
    this.catalogue = catalogue;
    this.keys = keys;
    this.clock = clock;
  }

  @SuppressWarnings("NullAway")
  protected RiskAssessor() {
    catalogue = null;
    keys = null;
    clock = null;
  }

  private record Weighed(int weight, String reason) {}

  /** The risks of the scopes that a configuration comes to. */
  Set<String> scopeRisks(long organizationId, KeyConfiguration key) {
    Set<String> risks = new TreeSet<>();
    scopes(organizationId, key).forEach(scope -> risks.add(scope.risk()));
    return risks;
  }

  /** Whether one of the scopes that a configuration comes to is covered by one of these. */
  boolean carriesOneOf(long organizationId, List<String> patterns, KeyConfiguration key) {
    HeldScopes covering = HeldScopes.of(patterns);
    return scopes(organizationId, key).stream().map(NamedScope::name).anyMatch(covering::holds);
  }

  /** The scopes that a configuration comes to now, each with what it is limited to. */
  List<String> effectiveScopes(long organizationId, KeyConfiguration key) {
    return List.copyOf(
        Grants.of(catalogue, organizationId, key.scopes(), key.permissionSets()).held());
  }

  private List<NamedScope> scopes(long organizationId, KeyConfiguration key) {
    Set<String> held =
        Grants.of(catalogue, organizationId, key.scopes(), key.permissionSets()).names();
    return catalogue.scopes().stream().filter(scope -> held.contains(scope.name())).toList();
  }

  /** Scores a configuration that a person of an organization wants. */
  Risk of(long organizationId, String requester, KeyConfiguration key) {
    List<Weighed> found = new ArrayList<>();
    weighScopes(organizationId, requester, key, found);
    if (key.environment().equals("production")) {
      found.add(new Weighed(20, "it is for production"));
    } else if (key.environment().equals("staging")) {
      found.add(new Weighed(5, "it is for staging"));
    }
    if (SYSTEM.contains(key.type())) {
      found.add(new Weighed(20, key.type() + " is a system type"));
    }
    if (key.fromAnywhere()) {
      found.add(new Weighed(15, "it may be used from anywhere"));
    }
    weighLife(key, found);
    weighLimits(key, found);
    found.sort(Comparator.comparingInt(Weighed::weight).reversed());
    int sum = found.stream().mapToInt(Weighed::weight).sum();
    return new Risk(Math.min(MOST, sum), found.stream().map(Weighed::reason).toList());
  }

  private void weighScopes(
      long organizationId, String requester, KeyConfiguration key, List<Weighed> found) {
    List<NamedScope> scopes = scopes(organizationId, key);
    List<String> high = named(scopes, "high");
    if (!high.isEmpty()) {
      found.add(new Weighed(30, "scopes of high risk: " + list(high)));
    }
    List<String> writing = named(scopes, "medium");
    if (!writing.isEmpty()) {
      found.add(new Weighed(10, "scopes that change things: " + list(writing)));
    }
    Set<String> unlike = new TreeSet<>();
    scopes.forEach(scope -> unlike.add(scope.name()));
    unlike.removeAll(keys.scopesOf(organizationId, requester));
    if (!unlike.isEmpty()) {
      found.add(
          new Weighed(10, "unlike what the requester's keys hold: " + list(List.copyOf(unlike))));
    }
  }

  private static List<String> named(List<NamedScope> scopes, String risk) {
    return scopes.stream()
        .filter(scope -> scope.risk().equals(risk))
        .map(NamedScope::name)
        .toList();
  }

  private static String list(List<String> names) {
    String shown = String.join(", ", names.subList(0, Math.min(SHOWN_SCOPES, names.size())));
    int more = names.size() - SHOWN_SCOPES;
    return more > 0 ? shown + " and " + more + " more" : shown;
  }

  private void weighLife(KeyConfiguration key, List<Weighed> found) {
    Instant expiry = key.expiresAt();
    if (expiry == null) {
      found.add(new Weighed(15, "it never expires"));
    } else if (expiry.isAfter(clock.instant().plus(LONG))) {
      found.add(new Weighed(10, "it lives longer than a year"));
    }
  }

  private static void weighLimits(KeyConfiguration key, List<Weighed> found) {
    long calls = key.mostCallsPerMinute();
    if (calls == Long.MAX_VALUE) {
      found.add(new Weighed(20, "it has no limit of calls a minute"));
    } else if (calls > MANY_CALLS) {
      found.add(new Weighed(10, "it allows more than " + MANY_CALLS + " calls a minute"));
    }
  }
}
