package org.apikeys.plugin;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import org.apikeys.api.plugin.PermissionPlugin;
import org.apikeys.api.plugin.Risk;
import org.apikeys.api.plugin.ScopeDeclaration;
import org.junit.jupiter.api.Test;

class PluginsTest {
  private record Plugin(String id, int apiVersion, String scope) implements PermissionPlugin {
    @Override
    public String version() {
      return "1.0.0";
    }

    @Override
    public String description() {
      return "For a test.";
    }

    @Override
    public List<ScopeDeclaration> scopes() {
      if (scope.isEmpty()) {
        throw new IllegalStateException("broken");
      }
      return List.of(new ScopeDeclaration(scope, "For a test.", Risk.LOW));
    }
  }

  private static List<String> loaded(PermissionPlugin... found) {
    return new Plugins(Arrays.asList(found)).loaded().stream().map(LoadedPlugin::id).toList();
  }

  private static Plugin plugin(String id, String scope) {
    return new Plugin(id, PermissionPlugin.API_VERSION, scope);
  }

  @Test
  void leavesOutWhatCollides() {
    assertThat(loaded(plugin("one", "a:read"), plugin("two", "a:read"), plugin("three", "b:read")))
        .containsExactly("one", "three");
    assertThat(loaded(plugin("one", "a:read"), plugin("one", "b:read"), plugin("two", "c:read")))
        .containsExactly("one", "two");
    assertThat(loaded(plugin("one", "keys:read"), plugin("two", "b:read"))).containsExactly("two");
  }

  @Test
  void leavesOutWhatWasWrittenForAnotherContract() {
    assertThat(loaded(new Plugin("one", 2, "a:read"), plugin("two", "b:read")))
        .containsExactly("two");
  }

  @Test
  void leavesOutWhatThrowsOrIsMisnamed() {
    assertThat(loaded(plugin("one", ""), plugin("Two!", "a:read"), plugin("three", "b:read")))
        .containsExactly("three");
  }

  @Test
  void findsThePluginsOfThisServer() {
    assertThat(new Plugins().loaded())
        .extracting(LoadedPlugin::id)
        .containsExactly("platform", "studio");
  }
}
