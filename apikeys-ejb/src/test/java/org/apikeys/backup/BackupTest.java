package org.apikeys.backup;

import org.apikeys.store.TestStore;
import org.junit.jupiter.api.Nested;

class BackupTest {

  @Nested
  class OnDerby implements BackupRefusals {
    @Override
    public TestStore store() {
      return TestStore.derby();
    }
  }

  @Nested
  class OnPostgres implements BackupContract {
    @Override
    public TestStore store() {
      return TestStore.postgres();
    }
  }
}
