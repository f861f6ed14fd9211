package org.apikeys.request;

import org.apikeys.store.TestStore;
import org.junit.jupiter.api.Nested;

class RequestNewsTest {

  @Nested
  class OnDerby implements RequestNewsContract {
    @Override
    public TestStore store() {
      return TestStore.derby();
    }
  }

  @Nested
  class OnPostgres implements RequestNewsContract {
    @Override
    public TestStore store() {
      return TestStore.postgres();
    }
  }
}
