package org.apikeys.key;

import org.apikeys.store.TestStore;
import org.junit.jupiter.api.Nested;

class AuthorityTest {

  @Nested
  class OnDerby implements AuthorityContract {
    @Override
    public TestStore store() {
      return TestStore.derby();
    }
  }

  @Nested
  class OnPostgres implements AuthorityContract {
    @Override
    public TestStore store() {
      return TestStore.postgres();
    }
  }
}
