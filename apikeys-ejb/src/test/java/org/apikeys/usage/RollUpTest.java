package org.apikeys.usage;

import org.apikeys.store.TestStore;
import org.junit.jupiter.api.Nested;

class RollUpTest {

  @Nested
  class OnDerby implements RollUpContract {
    @Override
    public TestStore store() {
      return TestStore.derby();
    }
  }

  @Nested
  class OnPostgres implements RollUpContract {
    @Override
    public TestStore store() {
      return TestStore.postgres();
    }
  }
}
