package org.apikeys.limit;

import org.apikeys.store.TestStore;
import org.junit.jupiter.api.Nested;

class CountersTest {

  @Nested
  class OnDerby implements CountersContract {
    @Override
    public TestStore store() {
      return TestStore.derby();
    }
  }

  @Nested
  class OnPostgres implements CountersContract {
    @Override
    public TestStore store() {
      return TestStore.postgres();
    }
  }
}
