package org.apikeys.key;

import org.apikeys.store.TestStore;
import org.junit.jupiter.api.Nested;

class KeyLifecycleTest {

  @Nested
  class OnDerby implements KeyLifecycleContract {
    @Override
    public TestStore store() {
      return TestStore.derby();
    }
  }

  @Nested
  class OnPostgres implements KeyLifecycleContract {
    @Override
    public TestStore store() {
      return TestStore.postgres();
    }
  }
}
