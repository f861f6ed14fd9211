package org.apikeys.alert;

import org.apikeys.store.TestStore;
import org.junit.jupiter.api.Nested;

class SecurityTest {

  @Nested
  class OnDerby implements SecurityContract {
    @Override
    public TestStore store() {
      return TestStore.derby();
    }
  }

  @Nested
  class OnPostgres implements SecurityContract {
    @Override
    public TestStore store() {
      return TestStore.postgres();
    }
  }
}
