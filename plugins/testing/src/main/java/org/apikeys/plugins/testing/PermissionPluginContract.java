package org.apikeys.plugins.testing;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Modifier;
import java.util.Collection;
import java.util.List;
import java.util.ServiceLoader;
import org.apikeys.api.permission.HeldScopes;
import org.apikeys.api.permission.ManagementScope;
import org.apikeys.api.permission.Scope;
import org.apikeys.api.plugin.PermissionPlugin;
import org.apikeys.api.plugin.PermissionSetDeclaration;
import org.apikeys.api.plugin.ScopeDeclaration;
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
}
