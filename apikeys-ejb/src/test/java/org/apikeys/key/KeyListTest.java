package org.apikeys.key;

import org.apikeys.store.TestStore;
import org.junit.jupiter.api.Nested;

class KeyListTest {

  @Nested
  class OnDerby implements KeyListContract {
    @Override
    public TestStore store() {
      return TestStore.derby();
    }
  }

  @Nested
  class OnPostgres implements KeyListContract {
    @Override
    public TestStore store() {
      return TestStore.postgres();
    }
  }
}
