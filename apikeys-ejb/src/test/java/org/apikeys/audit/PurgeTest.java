package org.apikeys.audit;

import org.apikeys.store.TestStore;
import org.junit.jupiter.api.Nested;

class PurgeTest {

  @Nested
  class OnDerby implements PurgeContract {
    @Override
    public TestStore store() {
      return TestStore.derby();
    }
  }

  @Nested
  class OnPostgres implements PurgeContract {
    @Override
    public TestStore store() {
      return TestStore.postgres();
    }
  }
}
