package org.apikeys.limit;

import org.apikeys.store.TestStore;
import org.junit.jupiter.api.Nested;

class GateTest {

  @Nested
  class OnDerby implements GateContract {
    @Override
    public TestStore store() {
      return TestStore.derby();
    }
  }

  @Nested
  class OnPostgres implements GateContract {
    @Override
    public TestStore store() {
      return TestStore.postgres();
    }
  }
}
