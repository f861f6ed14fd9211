package org.apikeys.request;

import org.apikeys.store.TestStore;
import org.junit.jupiter.api.Nested;

class RequestListsTest {

  @Nested
  class OnDerby implements RequestListsContract {
    @Override
    public TestStore store() {
      return TestStore.derby();
    }
  }

  @Nested
  class OnPostgres implements RequestListsContract {
    @Override
    public TestStore store() {
      return TestStore.postgres();
    }
  }
}
