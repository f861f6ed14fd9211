package org.apikeys.limit;

import org.apikeys.store.TestStore;
import org.junit.jupiter.api.Nested;

class SharedLimitsTest {

  @Nested
  class OnDerby implements SharedLimitsContract {
    @Override
    public TestStore store() {
      return TestStore.derby();
    }
  }

  @Nested
  class OnPostgres implements SharedLimitsContract {
    @Override
    public TestStore store() {
      return TestStore.postgres();
    }
  }
}
