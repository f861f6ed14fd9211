package org.apikeys.request;

import org.apikeys.store.TestStore;
import org.junit.jupiter.api.Nested;

class FourEyesTest {

  @Nested
  class OnDerby implements FourEyesContract {
    @Override
    public TestStore store() {
      return TestStore.derby();
    }
  }

  @Nested
  class OnPostgres implements FourEyesContract {
    @Override
    public TestStore store() {
      return TestStore.postgres();
    }
  }
}
