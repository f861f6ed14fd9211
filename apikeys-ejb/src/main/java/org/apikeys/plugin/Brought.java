package org.apikeys.plugin;

import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.apikeys.api.permission.Scope;
import org.apikeys.api.plugin.DecisionCheckDeclaration;
import org.apikeys.api.plugin.KeyTypeDeclaration;
import org.apikeys.api.plugin.PermissionPlugin;
import org.apikeys.api.plugin.PolicyDefault;
import org.apikeys.api.plugin.ResourceTypeDeclaration;
import org.jspecify.annotations.Nullable;

/**
 * What a plugin brings beside scopes and sets: declarations, and the code that is asked later.
 *
 * @param validator null when it looks at no requests
 * @param code what stands between its code and whoever asks it
 */
public record Brought(
    List<ResourceTypeDeclaration> resourceTypes,
    List<KeyTypeDeclaration> keyTypes,
    List<PolicyDefault> policyDefaults,
    List<PluginCheck> checks,
    @Nullable PluginValidator validator,
    PluginCode code) {
  private static final Pattern TEXT = Pattern.compile("\\P{Cntrl}{1,200}");
  private static final int MOST_RESOURCE_TYPES = 100;
  private static final int MOST_KEY_TYPES = 50;
  private static final int MOST_POLICIES = 20;
  private static final int MOST_CHECKS = 10;

  public Brought {
    resourceTypes = List.copyOf(resourceTypes);
    keyTypes = List.copyOf(keyTypes);
    policyDefaults = List.copyOf(policyDefaults);
    checks = List.copyOf(checks);
  }

  /** Asks a plugin. Runs the plugin's code. */
  static Brought of(String id, PermissionPlugin plugin, Duration checkLimit) {
    PluginCode code = new PluginCode(id, checkLimit);
    List<DecisionCheckDeclaration> checks =
        LoadedPlugin.all("decisionChecks", plugin.decisionChecks());
    return new Brought(
        LoadedPlugin.all("resourceTypes", plugin.resourceTypes()),
        LoadedPlugin.all("keyTypes", plugin.keyTypes()),
        LoadedPlugin.all("policyDefaults", plugin.policyDefaults()),
        checks.stream().map(check -> new PluginCheck(id, check, code)).toList(),
        LoadedPlugin.answered("requestValidator", plugin.requestValidator())
            .map(validator -> new PluginValidator(id, validator, code))
            .orElse(null),
        code);
  }

  /** Speaks of scopes that the plugin names, and of nothing twice. */
  void requireOnly(Set<String> scopes) {
    List<Scope> named = scopes.stream().map(Scope::parse).toList();
    requireOnce(
        "resource type",
        MOST_RESOURCE_TYPES,
        resourceTypes.stream().map(ResourceTypeDeclaration::name).toList());
    requireOnce(
        "key type", MOST_KEY_TYPES, keyTypes.stream().map(KeyTypeDeclaration::name).toList());
    requireOnce(
        "policy default", MOST_POLICIES, policyDefaults.stream().map(PolicyDefault::name).toList());
    requireOnce("check", MOST_CHECKS, checks.stream().map(PluginCheck::name).toList());
    for (ResourceTypeDeclaration type : resourceTypes) {
      requireText("resource type " + type.name(), type.description());
      requireNamed("the resource type " + type.name(), type.scopes(), named);
    }
    keyTypes.forEach(type -> requireText("key type " + type.name(), type.description()));
    for (PolicyDefault policy : policyDefaults) {
      requireText("policy default " + policy.name(), policy.description());
      requireNamed("the policy default " + policy.name(), policy.scopes(), named);
      // of its own types, so that the default is not gone while what it speaks of is there
      LoadedPlugin.require(
          keyTypes.stream()
              .map(KeyTypeDeclaration::name)
              .collect(Collectors.toSet())
              .containsAll(policy.types()),
          "the policy default " + policy.name() + " speaks of a key type of others");
    }
    for (PluginCheck check : checks) {
      requireText("check " + check.name(), check.description());
      requireNamed("the check " + check.name(), check.scopes(), named);
    }
  }

  private static void requireOnce(String what, int most, Collection<String> names) {
    LoadedPlugin.require(
        names.size() <= most, "a plugin brings at most " + most + " " + what + "s");
    LoadedPlugin.require(
        Set.copyOf(names).size() == names.size(), "a " + what + " is named twice: " + names);
  }

  private static void requireText(String what, String description) {
    LoadedPlugin.require(
        TEXT.matcher(description).matches(),
        "the description of the " + what + " has characters that can't be shown");
  }

  private static void requireNamed(String who, List<String> scopes, List<Scope> named) {
    for (String scope : scopes) {
      LoadedPlugin.require(
          named.stream().anyMatch(Scope.parse(scope)::covers),
          who + " speaks of " + scope + ", which this plugin does not name");
    }
  }
}
