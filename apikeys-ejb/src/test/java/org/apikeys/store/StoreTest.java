package org.apikeys.store;

import org.junit.jupiter.api.Nested;

class StoreTest {

  @Nested
  class OnDerby implements StoreContract {
    @Override
    public TestStore store() {
      return TestStore.derby();
    }
  }

  @Nested
  class OnPostgres implements StoreContract {
    @Override
    public TestStore store() {
      return TestStore.postgres();
    }
  }
}
