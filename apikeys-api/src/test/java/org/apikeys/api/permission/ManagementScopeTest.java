package org.apikeys.api.permission;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

/** Who may do what by role alone. */
class ManagementScopeTest {

  @Test
  void rolesHoldScopesThatThereAre() {
    assertThat(ManagementScope.roles())
        .containsOnlyKeys("admin", "auditor", "developer", "gateway", "manager")
        .allSatisfy(
            (role, scopes) ->
                assertThat(ManagementScope.DESCRIPTIONS.keySet()).containsAll(scopes));
    assertThat(ManagementScope.ofRoles(List.of("admin")))
        .isEqualTo(ManagementScope.DESCRIPTIONS.keySet());
  }

  @Test
  void severalRolesHoldWhatAnyHolds() {
    assertThat(ManagementScope.ofRoles(List.of("gateway", "auditor")))
        .containsAll(ManagementScope.ofRoles(List.of("auditor")))
        .contains("keys:verify", "usage:write")
        .doesNotContain("keys:write", "requests:approve");
  }

  @Test
  void aRoleThatNobodyKnowsGrantsNothing() {
    assertThat(ManagementScope.ofRoles(List.of("root"))).isEmpty();
    assertThat(ManagementScope.ofRoles(List.of())).isEmpty();
  }
}
