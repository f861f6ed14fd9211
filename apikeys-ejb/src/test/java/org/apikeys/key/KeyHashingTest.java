package org.apikeys.key;

import org.apikeys.store.TestStore;
import org.junit.jupiter.api.Nested;

class KeyHashingTest {

  @Nested
  class OnDerby implements KeyHashingContract {
    @Override
    public TestStore store() {
      return TestStore.derby();
    }
  }

  @Nested
  class OnPostgres implements KeyHashingContract {
    @Override
    public TestStore store() {
      return TestStore.postgres();
    }
  }
}
