package org.apikeys.limit;

import org.apikeys.store.TestStore;
import org.junit.jupiter.api.Nested;

class CreditsTest {

  @Nested
  class OnDerby implements CreditsContract {
    @Override
    public TestStore store() {
      return TestStore.derby();
    }
  }

  @Nested
  class OnPostgres implements CreditsContract {
    @Override
    public TestStore store() {
      return TestStore.postgres();
    }
  }
}
