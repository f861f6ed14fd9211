package org.apikeys.audit;

import org.apikeys.store.TestStore;
import org.junit.jupiter.api.Nested;

class AnchorsTest {

  @Nested
  class OnDerby implements AnchorsContract {
    @Override
    public TestStore store() {
      return TestStore.derby();
    }
  }

  @Nested
  class OnPostgres implements AnchorsContract {
    @Override
    public TestStore store() {
      return TestStore.postgres();
    }
  }
}
