package org.apikeys.permission;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.apikeys.api.permission.Scope;
import org.apikeys.api.plugin.CheckedCall;
import org.apikeys.api.plugin.CheckedKey;
import org.apikeys.api.plugin.Verdict;
import org.apikeys.plugin.PluginCheck;
import org.jspecify.annotations.Nullable;

/**
 * The checks of plugins that say whether a scope of one key counts for a call. Most keys hold no
 * scope that is checked, and have none of this.
 */
public final class ScopeChecks {
  private final CheckedKey key;
  private final Map<Scope, List<PluginCheck>> byScope;

  private ScopeChecks(CheckedKey key, Map<Scope, List<PluginCheck>> byScope) {
    this.key = key;
    this.byScope = byScope;
  }

  /** The checks of what a key holds; null when nothing of it is checked. */
  public static @Nullable ScopeChecks of(Catalogue catalogue, Grants grants, CheckedKey key) {
    Map<Scope, List<PluginCheck>> byScope = new LinkedHashMap<>();
    for (String name : grants.names()) {
      Scope scope = Scope.parse(name);
      List<PluginCheck> checks = catalogue.checksOf(scope);
      if (!checks.isEmpty()) {
        byScope.put(scope, checks);
      }
    }
    return byScope.isEmpty() ? null : new ScopeChecks(key, byScope);
  }

  /** The key that they judge for. */
  public CheckedKey key() {
    return key;
  }

  /** What is held and counts for the call. Asks the plugins when it is asked. */
  public Predicate<Scope> counting(Predicate<Scope> held, CheckedCall call) {
    return scope -> held.test(scope) && refusal(scope, call) == null;
  }

  private @Nullable Verdict refusal(Scope scope, CheckedCall call) {
    for (PluginCheck check : byScope.getOrDefault(scope, List.of())) {
      Verdict verdict = check.judge(scope, call);
      if (!verdict.counts()) {
        return verdict;
      }
    }
    return null;
  }

  /**
   * A check and what it says.
   *
   * @param check {@code plugin:shop:office-hours}
   * @param passed null when the call needs none of its scopes, or the key does not hold them
   * @param detail a sentence for people
   */
  public record Said(String check, @Nullable Boolean passed, String detail) {}

  /** What every check says of the scopes that a call needs. */
  public List<Said> explain(List<Scope> needed, Predicate<Scope> held, CheckedCall call) {
    List<PluginCheck> all = byScope.values().stream().flatMap(List::stream).distinct().toList();
    List<Said> said = new ArrayList<>();
    for (PluginCheck check : all) {
      Said one = new Said(check.title(), null, "the call needs no scope that it judges");
      for (Scope scope : needed) {
        if (check.concerns(scope) && held.test(scope) && !Boolean.FALSE.equals(one.passed())) {
          Verdict verdict = check.judge(scope, call);
          one =
              new Said(
                  check.title(),
                  verdict.counts(),
                  verdict.counts()
                      ? "what the call needs counts"
                      : scope + " does not count: " + verdict.reason());
        }
      }
      said.add(one);
    }
    return said;
  }
}
