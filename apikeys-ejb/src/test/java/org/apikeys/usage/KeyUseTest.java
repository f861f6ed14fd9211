package org.apikeys.usage;

import org.apikeys.store.TestStore;
import org.junit.jupiter.api.Nested;

class KeyUseTest {

  @Nested
  class OnDerby implements KeyUseContract {
    @Override
    public TestStore store() {
      return TestStore.derby();
    }
  }

  @Nested
  class OnPostgres implements KeyUseContract {
    @Override
    public TestStore store() {
      return TestStore.postgres();
    }
  }
}
