package org.apikeys.key;

import org.apikeys.store.TestStore;
import org.junit.jupiter.api.Nested;

class KeyTrialsTest {

  @Nested
  class OnDerby implements KeyTrialsContract {
    @Override
    public TestStore store() {
      return TestStore.derby();
    }
  }

  @Nested
  class OnPostgres implements KeyTrialsContract {
    @Override
    public TestStore store() {
      return TestStore.postgres();
    }
  }
}
