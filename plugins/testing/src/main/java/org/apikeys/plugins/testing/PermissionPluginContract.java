package org.apikeys.plugins.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import java.lang.reflect.Modifier;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import org.apikeys.api.permission.HeldScopes;
import org.apikeys.api.permission.ManagementScope;
import org.apikeys.api.permission.Scope;
import org.apikeys.api.plugin.CheckedCall;
import org.apikeys.api.plugin.CheckedKey;
import org.apikeys.api.plugin.DecisionCheckDeclaration;
import org.apikeys.api.plugin.KeyTypeDeclaration;
import org.apikeys.api.plugin.PermissionPlugin;
import org.apikeys.api.plugin.PermissionSetDeclaration;
import org.apikeys.api.plugin.PolicyDefault;
import org.apikeys.api.plugin.ResourceTypeDeclaration;
import org.apikeys.api.plugin.ScopeDeclaration;
import org.apikeys.api.plugin.Verdict;
import org.apikeys.api.plugin.WantedKey;
import org.apikeys.api.problem.FieldError;
import org.junit.jupiter.api.Test;

/**
 * What the system expects of a plugin module. A plugin's test implements this interface and answers
 * its plugin from {@link #testee}; the tests come with it.
 */
public interface PermissionPluginContract {

  /** The plugin under test, a new one on every call. */
  PermissionPlugin testee();

  @Test
  default void hasAWellFormedId() {
    assertThat(testee().id()).matches("[a-z][a-z0-9-]{1,49}");
  }

  @Test
  default void hasAWellFormedVersion() {
    assertThat(testee().version()).matches("\\d{1,9}\\.\\d{1,9}\\.\\d{1,9}(-[0-9A-Za-z.-]{1,50})?");
  }

  @Test
  default void describesItself() {
    assertThat(testee().description()).isNotBlank().hasSizeLessThanOrEqualTo(200);
  }

  @Test
  default void isWrittenForAContractThatIsSupported() {
    assertThat(testee().apiVersion()).isEqualTo(PermissionPlugin.API_VERSION);
  }

  @Test
  default void hasAPublicConstructorWithoutParameters() throws NoSuchMethodException {
    Class<?> type = testee().getClass();

    assertThat(type).isPublic();
    assertThat(Modifier.isPublic(type.getConstructor().getModifiers())).isTrue();
  }

  @Test
  default void isFoundByServiceLoader() {
    assertThat(
            ServiceLoader.load(PermissionPlugin.class).stream().map(ServiceLoader.Provider::type))
        .containsOnlyOnce(testee().getClass());
  }

  @Test
  default void answersTheSameOnEveryCall() {
    PermissionPlugin plugin = testee();
    for (PermissionPlugin other : List.of(plugin, testee())) {
      assertThat(other.id()).isEqualTo(plugin.id());
      assertThat(other.version()).isEqualTo(plugin.version());
      assertThat(other.description()).isEqualTo(plugin.description());
      assertThat(other.scopes()).isEqualTo(plugin.scopes());
      assertThat(other.permissionSets()).isEqualTo(plugin.permissionSets());
    }
  }

  @Test
  default void namesEveryScopeOnce() {
    assertThat(testee().scopes()).isNotEmpty();
    assertThat(testee().scopes()).extracting(ScopeDeclaration::name).doesNotHaveDuplicates();
  }

  @Test
  default void impliesOnlyScopesThatItNames() {
    List<String> named = testee().scopes().stream().map(ScopeDeclaration::name).toList();
    assertThat(testee().scopes())
        .allSatisfy(scope -> assertThat(named).containsAll(scope.implies()));
  }

  @Test
  default void namesNoScopeOfTheManagementApi() {
    assertThat(testee().scopes())
        .extracting(ScopeDeclaration::name)
        .doesNotContainAnyElementsOf(ManagementScope.DESCRIPTIONS.keySet());
  }

  @Test
  default void namesEveryPermissionSetOnce() {
    assertThat(testee().permissionSets())
        .extracting(PermissionSetDeclaration::name)
        .doesNotHaveDuplicates();
  }

  @Test
  default void grantsOnlyScopesThatItNames() {
    Collection<Scope> named =
        testee().scopes().stream().map(scope -> Scope.parse(scope.name())).toList();
    for (PermissionSetDeclaration set : testee().permissionSets()) {
      for (String grant : set.scopes()) {
        assertThat(named)
            .as("%s of the set %s", grant, set.name())
            .anyMatch(Scope.parse(grant)::covers);
      }
    }
  }

  /** A pattern may cover more than its author thought of: {@code users:*} the directory. */
  @Test
  default void grantsNothingOverTheManagementApi() {
    for (PermissionSetDeclaration set : testee().permissionSets()) {
      assertThat(ManagementScope.DESCRIPTIONS.keySet())
          .as("what the set %s grants", set.name())
          .noneMatch(HeldScopes.of(set.scopes())::holds);
    }
  }

  @Test
  default void speaksOfItsOwnScopesAlone() {
    PermissionPlugin plugin = testee();
    List<String> spoken = new ArrayList<>();
    plugin.resourceTypes().forEach(type -> spoken.addAll(type.scopes()));
    plugin.policyDefaults().forEach(policy -> spoken.addAll(policy.scopes()));
    plugin.decisionChecks().forEach(check -> spoken.addAll(check.scopes()));
    Collection<Scope> named =
        plugin.scopes().stream().map(scope -> Scope.parse(scope.name())).toList();
    for (String scope : spoken) {
      assertThat(named).as(scope).anyMatch(Scope.parse(scope)::covers);
    }
    assertThat(plugin.keyTypes())
        .extracting(KeyTypeDeclaration::name)
        .containsAll(
            plugin.policyDefaults().stream().flatMap(one -> one.types().stream()).toList());
  }

  @Test
  default void bringsNothingTwice() {
    PermissionPlugin plugin = testee();
    assertThat(plugin.resourceTypes())
        .hasSizeLessThanOrEqualTo(100)
        .extracting(ResourceTypeDeclaration::name)
        .doesNotHaveDuplicates();
    assertThat(plugin.keyTypes())
        .hasSizeLessThanOrEqualTo(50)
        .extracting(KeyTypeDeclaration::name)
        .doesNotHaveDuplicates();
    assertThat(plugin.policyDefaults())
        .hasSizeLessThanOrEqualTo(20)
        .extracting(PolicyDefault::name)
        .doesNotHaveDuplicates();
    assertThat(plugin.decisionChecks())
        .hasSizeLessThanOrEqualTo(10)
        .extracting(DecisionCheckDeclaration::name)
        .doesNotHaveDuplicates();
  }

  /** Of some calls nothing is known but the key; a check refuses then, and does not fail. */
  @Test
  default void judgesEveryCallInTimeAndAlwaysAlike() {
    CheckedKey key = new CheckedKey(1, 1, "somebody", "service", "production", List.of(), Map.of());
    CheckedCall bare = CheckedCall.with(key, Instant.parse("2026-03-01T12:00:00Z"));
    CheckedCall full =
        bare.about("things/42")
            .of("GET", "/things/42")
            .from("203.0.113.9", "https://app.example.com/")
            .sending(512);
    PermissionPlugin plugin = testee();
    for (DecisionCheckDeclaration check : plugin.decisionChecks()) {
      for (ScopeDeclaration scope : plugin.scopes()) {
        if (HeldScopes.of(check.scopes()).holds(scope.name())) {
          for (CheckedCall call : List.of(bare, full)) {
            Verdict verdict = judged(check, scope.name(), call);
            assertThat(judged(check, scope.name(), call)).isEqualTo(verdict);
            assertThat(verdict.reason()).isNotBlank();
          }
        }
      }
    }
  }

  private static Verdict judged(DecisionCheckDeclaration check, String scope, CheckedCall call) {
    return assertTimeoutPreemptively(
        Duration.ofSeconds(5), () -> check.check().judge(scope, call), check.name());
  }

  @Test
  default void looksAtAnyWantedKeyInTime() {
    PermissionPlugin plugin = testee();
    List<String> types = new ArrayList<>(List.of("service"));
    plugin.keyTypes().forEach(type -> types.add(type.name()));
    plugin
        .requestValidator()
        .ifPresent(
            validator ->
                types.forEach(
                    type -> {
                      WantedKey bare =
                          new WantedKey(
                              "a key",
                              type,
                              "production",
                              List.of(),
                              List.of(),
                              List.of(),
                              null,
                              List.of(),
                              Map.of());
                      List<FieldError> errors =
                          assertTimeoutPreemptively(
                              Duration.ofSeconds(5), () -> validator.validate(bare));
                      assertThat(errors).isEqualTo(validator.validate(bare));
                    }));
  }
}
