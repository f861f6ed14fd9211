package org.apikeys.plugin;

import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.apikeys.api.permission.ManagementScope;
import org.apikeys.api.permission.Scope;
import org.apikeys.api.plugin.PermissionPlugin;
import org.apikeys.api.plugin.PermissionSetDeclaration;
import org.apikeys.api.plugin.PluginDependency;
import org.apikeys.api.plugin.ScopeDeclaration;
import org.jspecify.annotations.Nullable;

/**
 * What a plugin said of itself when it was loaded. Its code is not asked again, but for what {@link
 * Brought} says.
 *
 * @param brought what it brings beside scopes and sets
 * @param watched the files that it was made from
 */
public record LoadedPlugin(
    String id,
    String version,
    String description,
    List<PluginDependency> dependencies,
    List<ScopeDeclaration> scopes,
    List<PermissionSetDeclaration> permissionSets,
    Brought brought,
    List<Path> watched) {
  static final Pattern ID = Pattern.compile("[a-z][a-z0-9-]{1,49}");
  private static final Pattern VERSION =
      Pattern.compile("\\d{1,9}\\.\\d{1,9}\\.\\d{1,9}(-[0-9A-Za-z.-]{1,50})?");
  private static final Pattern TEXT = Pattern.compile("\\P{Cntrl}{1,200}");
  private static final int MOST_SCOPES = 5_000;
  private static final int MOST_SETS = 500;
  private static final int MOST_DEPENDENCIES = 50;
  private static final int MOST_WATCHED = 20;

  public LoadedPlugin {
    require(ID.matcher(id).matches(), "a plugin's id is 2 to 50 of a-z, 0-9 and '-'");
    require(VERSION.matcher(version).matches(), "a plugin's version is three numbers: 1.0.0");
    require(
        TEXT.matcher(description).matches() && !description.isBlank(),
        "a plugin's description has 1 to 200 printable characters");
    dependencies = List.copyOf(dependencies);
    scopes = List.copyOf(scopes);
    permissionSets = List.copyOf(permissionSets);
    watched = requireFew(watched);
    require(scopes.size() <= MOST_SCOPES, "a plugin names at most " + MOST_SCOPES + " scopes");
    require(permissionSets.size() <= MOST_SETS, "a plugin offers at most " + MOST_SETS + " sets");
    require(
        dependencies.size() <= MOST_DEPENDENCIES,
        "a plugin needs at most " + MOST_DEPENDENCIES + " others");
    Set<String> names = new HashSet<>();
    for (ScopeDeclaration scope : scopes) {
      require(names.add(scope.name()), "the scope " + scope.name() + " is named twice");
      require(
          !ManagementScope.DESCRIPTIONS.containsKey(scope.name()),
          "the scope " + scope.name() + " is the management API's own");
      require(
          TEXT.matcher(scope.description()).matches(),
          "the description of " + scope.name() + " has characters that can't be shown");
    }
    for (ScopeDeclaration scope : scopes) {
      for (String implied : scope.implies()) {
        require(
            names.contains(implied),
            scope.name() + " implies " + implied + ", which this plugin does not name");
      }
    }
    brought.requireOnly(names);
    Set<String> sets = new HashSet<>();
    for (PermissionSetDeclaration set : permissionSets) {
      require(sets.add(set.name()), "the set " + set.name() + " is offered twice");
      for (String grant : set.scopes()) {
        Scope pattern = Scope.parse(grant);
        require(
            ManagementScope.DESCRIPTIONS.keySet().stream()
                .map(Scope::parse)
                .noneMatch(pattern::covers),
            "the set " + set.name() + " grants " + grant + ", which reaches the management API");
      }
    }
  }

  /** The files that a plugin watches, which are looked at every few seconds. */
  static List<Path> requireFew(List<Path> watched) {
    require(watched.size() <= MOST_WATCHED, "a plugin watches at most " + MOST_WATCHED + " files");
    return List.copyOf(watched);
  }

  static void require(boolean kept, String rule) {
    if (!kept) {
      throw new IllegalArgumentException(rule);
    }
  }

  /** Asks a plugin that was made and started. Runs the plugin's code. */
  static LoadedPlugin of(PermissionPlugin plugin, Duration checkLimit) {
    if (plugin.apiVersion() != PermissionPlugin.API_VERSION) {
      throw new IllegalArgumentException(
          "it needs version "
              + plugin.apiVersion()
              + " of the plugin contract, and this is version "
              + PermissionPlugin.API_VERSION);
    }
    String id = plugin.id();
    return new LoadedPlugin(
        answered("id", id),
        answered("version", plugin.version()),
        answered("description", plugin.description()),
        all("dependencies", plugin.dependencies()),
        all("scopes", plugin.scopes()),
        all("permissionSets", plugin.permissionSets()),
        Brought.of(id, plugin, checkLimit),
        all("watchedFiles", plugin.watchedFiles()));
  }

  /** What a method of the contract answered; the author is told which one has answered nothing. */
  static <T> T answered(String method, @Nullable T answer) {
    if (answer == null) {
      throw new IllegalArgumentException("its method " + method + "() answers null");
    }
    return answer;
  }

  /** The same of a method that answers a list. */
  static <T> List<T> all(String method, @Nullable List<T> answer) {
    answered(method, answer).forEach(one -> answered(method, one));
    return List.copyOf(answered(method, answer));
  }

  /** What went wrong with its code after it was loaded; null when nothing has. */
  @Nullable String failure() {
    return brought.code().failure();
  }
}
