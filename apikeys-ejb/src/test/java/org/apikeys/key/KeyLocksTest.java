package org.apikeys.key;

import org.apikeys.store.TestStore;
import org.junit.jupiter.api.Nested;

class KeyLocksTest {

  @Nested
  class OnDerby implements KeyLocksContract {
    @Override
    public TestStore store() {
      return TestStore.derby();
    }
  }

  @Nested
  class OnPostgres implements KeyLocksContract {
    @Override
    public TestStore store() {
      return TestStore.postgres();
    }
  }
}
