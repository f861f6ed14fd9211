package org.apikeys.permission;

import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.apikeys.api.permission.ManagementScope;
import org.apikeys.api.permission.ResourcePattern;
import org.apikeys.api.permission.Scope;
import org.apikeys.api.permission.ScopeGrant;
import org.apikeys.permission.Catalogue.NamedScope;
import org.apikeys.permission.Catalogue.NamedSet;
import org.jspecify.annotations.Nullable;

/**
 * What granted scopes and sets come to today: named scopes, each with where it comes from, and a
 * warning for each grant that nobody names any more and that therefore grants nothing.
 *
 * @param scopes the scopes held, by name, with their sources; one that is limited to resources as
 *     {@code scope@resource}
 * @param warnings sentences for people
 */
public record Grants(Map<String, List<Source>> scopes, List<String> warnings) {

  /**
   * Where a scope comes from.
   *
   * @param set the permission set, or null for a scope that was granted by itself
   * @param plugin the plugin that names it
   * @param version that plugin's version
   */
  public record Source(@Nullable String set, String plugin, String version) {}

  /** Works out what grants come to in an organization, against the catalogue. */
  public static Grants of(
      Catalogue catalogue, long organizationId, List<String> scopes, List<String> permissionSets) {
    return of(
        catalogue, scopes, permissionSets, name -> catalogue.permissionSet(name, organizationId));
  }

  /**
   * What grants came to in an organization at an instant: by its own sets as they were then, and by
   * plugins as they are now.
   */
  public static Grants at(
      Instant at,
      Catalogue catalogue,
      long organizationId,
      List<String> scopes,
      List<String> permissionSets) {
    return of(
        catalogue,
        scopes,
        permissionSets,
        name -> catalogue.permissionSetAt(name, organizationId, at));
  }

  private static Grants of(
      Catalogue catalogue,
      List<String> scopes,
      List<String> permissionSets,
      Function<String, Optional<NamedSet>> sets) {
    Map<String, List<Source>> held = new TreeMap<>();
    List<String> warnings = new ArrayList<>();
    for (String scope : scopes) {
      List<NamedScope> matching = catalogue.matching(scope);
      if (matching.isEmpty()) {
        warnings.add("No enabled plugin names the scope " + scope + ": it grants nothing.");
      }
      matching.forEach(named -> add(held, catalogue, named, scope, null));
    }
    for (String name : permissionSets) {
      NamedSet set = sets.apply(name).orElse(null);
      if (set == null) {
        warnings.add(
            "No enabled plugin offers the permission set " + name + ": it grants nothing.");
        continue;
      }
      for (String scope : set.scopes()) {
        List<NamedScope> matching = catalogue.matchingOf(set, scope);
        if (matching.isEmpty()) {
          warnings.add(
              "No enabled plugin names the scope "
                  + (scope + " of the permission set " + name)
                  + ": it grants nothing.");
        }
        matching.forEach(named -> add(held, catalogue, named, scope, name));
      }
    }
    return new Grants(new LinkedHashMap<>(held), List.copyOf(warnings));
  }

  private static void add(
      Map<String, List<Source>> held,
      Catalogue catalogue,
      NamedScope scope,
      String granted,
      @Nullable String set) {
    ResourcePattern resource = ScopeGrant.parse(granted).resource();
    if (resource != null && ManagementScope.DESCRIPTIONS.containsKey(scope.name())) {
      return; // the management API knows no such resources, so it grants nothing there
    }
    Set<String> reached = new TreeSet<>();
    reach(catalogue, scope, reached);
    for (String name : reached) {
      Source source = new Source(set, scope.plugin(), catalogue.versionOf(scope.plugin()));
      List<Source> sources =
          held.computeIfAbsent(
              new ScopeGrant(Scope.parse(name), resource).toString(), key -> new ArrayList<>());
      if (!sources.contains(source)) {
        sources.add(source);
      }
    }
  }

  /** The scope and all that it implies. */
  private static void reach(Catalogue catalogue, NamedScope scope, Set<String> reached) {
    if (reached.add(scope.name())) {
      for (String implied : scope.implies()) {
        catalogue.scope(implied).ifPresent(other -> reach(catalogue, other, reached));
      }
    }
  }

  /**
   * The same without some scopes, on whatever resource.
   *
   * @param warning what is said of each that was granted
   */
  public Grants without(Set<String> refused, UnaryOperator<String> warning) {
    if (refused.isEmpty()) {
      return this;
    }
    Map<String, List<Source>> left = new LinkedHashMap<>(scopes);
    left.keySet().removeIf(held -> refused.contains(name(held)));
    List<String> more = new ArrayList<>(warnings);
    refused.forEach(scope -> more.add(warning.apply(scope)));
    return new Grants(left, List.copyOf(more));
  }

  /** The names of the scopes held, on whatever resource. */
  public TreeSet<String> names() {
    TreeSet<String> names = new TreeSet<>();
    scopes.keySet().forEach(held -> names.add(name(held)));
    return names;
  }

  /** Those of one scope alone, on whatever resource. */
  public Grants of(String scope) {
    Map<String, List<Source>> own = new TreeMap<>(scopes);
    own.keySet().removeIf(held -> !name(held).equals(scope));
    return new Grants(new LinkedHashMap<>(own), List.of());
  }

  /** The scopes held, each with what it is limited to. */
  public TreeSet<String> held() {
    return new TreeSet<>(scopes.keySet());
  }

  /** The name of the scope in {@code scope@resource}. */
  public static String name(String granted) {
    int on = granted.indexOf('@');
    return on < 0 ? granted : granted.substring(0, on);
  }

  /** Whether these allow nothing that the others do not. */
  public boolean isWithin(Grants others) {
    List<ScopeGrant> theirs = others.scopes.keySet().stream().map(ScopeGrant::parse).toList();
    return scopes.keySet().stream()
        .filter(held -> !others.scopes.containsKey(held))
        .map(ScopeGrant::parse)
        .allMatch(held -> theirs.stream().anyMatch(other -> other.covers(held)));
  }
}
