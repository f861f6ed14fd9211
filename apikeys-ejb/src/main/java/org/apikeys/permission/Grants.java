package org.apikeys.permission;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apikeys.permission.Catalogue.NamedScope;
import org.apikeys.permission.Catalogue.NamedSet;
import org.jspecify.annotations.Nullable;

/**
 * What granted scopes and sets come to today: named scopes, each with where it comes from, and a
 * warning for each grant that nobody names any more and that therefore grants nothing.
 *
 * @param scopes the scopes held, by name, with their sources
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

  /** Works out grants against the catalogue. */
  public static Grants of(Catalogue catalogue, List<String> scopes, List<String> permissionSets) {
    Map<String, List<Source>> held = new TreeMap<>();
    List<String> warnings = new ArrayList<>();
    for (String scope : scopes) {
      List<NamedScope> matching = catalogue.matching(scope);
      if (matching.isEmpty()) {
        warnings.add("No enabled plugin names the scope " + scope + ": it grants nothing.");
      }
      matching.forEach(named -> add(held, catalogue, named, null));
    }
    for (String name : permissionSets) {
      NamedSet set = catalogue.permissionSet(name).orElse(null);
      if (set == null) {
        warnings.add(
            "No enabled plugin offers the permission set " + name + ": it grants nothing.");
        continue;
      }
      for (String scope : set.scopes()) {
        catalogue.matching(scope).forEach(named -> add(held, catalogue, named, name));
      }
    }
    return new Grants(new LinkedHashMap<>(held), List.copyOf(warnings));
  }

  private static void add(
      Map<String, List<Source>> held, Catalogue catalogue, NamedScope scope, @Nullable String set) {
    held.computeIfAbsent(scope.name(), name -> new ArrayList<>())
        .add(new Source(set, scope.plugin(), catalogue.versionOf(scope.plugin())));
  }

  /** The names of the scopes held. */
  public TreeSet<String> names() {
    return new TreeSet<>(scopes.keySet());
  }
}
