package org.apikeys.request;

import org.apikeys.store.TestStore;
import org.junit.jupiter.api.Nested;

class RequestLifeTest {

  @Nested
  class OnDerby implements RequestLifeContract {
    @Override
    public TestStore store() {
      return TestStore.derby();
    }
  }

  @Nested
  class OnPostgres implements RequestLifeContract {
    @Override
    public TestStore store() {
      return TestStore.postgres();
    }
  }
}
