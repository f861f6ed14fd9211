package org.apikeys.audit;

import org.apikeys.store.TestStore;
import org.junit.jupiter.api.Nested;

class LogKeeperTest {

  @Nested
  class OnDerby implements LogKeeperContract {
    @Override
    public TestStore store() {
      return TestStore.derby();
    }
  }

  @Nested
  class OnPostgres implements LogKeeperContract {
    @Override
    public TestStore store() {
      return TestStore.postgres();
    }
  }
}
