package org.apikeys.verify;

import org.apikeys.store.TestStore;
import org.junit.jupiter.api.Nested;

class KeyWarmUpTest {

  @Nested
  class OnDerby implements KeyWarmUpContract {
    @Override
    public TestStore store() {
      return TestStore.derby();
    }
  }

  @Nested
  class OnPostgres implements KeyWarmUpContract {
    @Override
    public TestStore store() {
      return TestStore.postgres();
    }
  }
}
