package org.apikeys.key;

import org.apikeys.store.TestStore;
import org.junit.jupiter.api.Nested;

class IssuingTest {

  @Nested
  class OnDerby implements IssuingContract {
    @Override
    public TestStore store() {
      return TestStore.derby();
    }
  }

  @Nested
  class OnPostgres implements IssuingContract {
    @Override
    public TestStore store() {
      return TestStore.postgres();
    }
  }
}
