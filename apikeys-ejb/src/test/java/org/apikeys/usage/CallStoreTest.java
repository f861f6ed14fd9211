package org.apikeys.usage;

import org.apikeys.store.TestStore;
import org.junit.jupiter.api.Nested;

class CallStoreTest {

  @Nested
  class OnDerby implements CallStoreContract {
    @Override
    public TestStore store() {
      return TestStore.derby();
    }
  }

  @Nested
  class OnPostgres implements CallStoreContract {
    @Override
    public TestStore store() {
      return TestStore.postgres();
    }
  }
}
