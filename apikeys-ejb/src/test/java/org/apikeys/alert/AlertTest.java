package org.apikeys.alert;

import org.apikeys.store.TestStore;
import org.junit.jupiter.api.Nested;

class AlertTest {

  @Nested
  class OnDerby implements AlertContract {
    @Override
    public TestStore store() {
      return TestStore.derby();
    }
  }

  @Nested
  class OnPostgres implements AlertContract {
    @Override
    public TestStore store() {
      return TestStore.postgres();
    }
  }
}
