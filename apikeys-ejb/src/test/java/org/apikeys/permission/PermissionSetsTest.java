package org.apikeys.permission;

import org.apikeys.store.TestStore;
import org.junit.jupiter.api.Nested;

class PermissionSetsTest {

  @Nested
  class OnDerby implements PermissionSetsContract {
    @Override
    public TestStore store() {
      return TestStore.derby();
    }
  }

  @Nested
  class OnPostgres implements PermissionSetsContract {
    @Override
    public TestStore store() {
      return TestStore.postgres();
    }
  }
}
