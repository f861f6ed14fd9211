package org.apikeys.key;

import org.apikeys.store.TestStore;
import org.junit.jupiter.api.Nested;

class KeyLifeTest {

  @Nested
  class OnDerby implements KeyLifeContract {
    @Override
    public TestStore store() {
      return TestStore.derby();
    }
  }

  @Nested
  class OnPostgres implements KeyLifeContract {
    @Override
    public TestStore store() {
      return TestStore.postgres();
    }
  }
}
