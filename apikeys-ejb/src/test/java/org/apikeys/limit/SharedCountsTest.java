package org.apikeys.limit;

import org.apikeys.store.TestStore;
import org.junit.jupiter.api.Nested;

class SharedCountsTest {

  @Nested
  class OnDerby implements SharedCountsContract {
    @Override
    public TestStore store() {
      return TestStore.derby();
    }
  }

  @Nested
  class OnPostgres implements SharedCountsContract {
    @Override
    public TestStore store() {
      return TestStore.postgres();
    }
  }
}
