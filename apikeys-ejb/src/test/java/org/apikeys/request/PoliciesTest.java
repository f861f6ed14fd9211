package org.apikeys.request;

import org.apikeys.store.TestStore;
import org.junit.jupiter.api.Nested;

class PoliciesTest {

  @Nested
  class OnDerby implements PoliciesContract {
    @Override
    public TestStore store() {
      return TestStore.derby();
    }
  }

  @Nested
  class OnPostgres implements PoliciesContract {
    @Override
    public TestStore store() {
      return TestStore.postgres();
    }
  }
}
