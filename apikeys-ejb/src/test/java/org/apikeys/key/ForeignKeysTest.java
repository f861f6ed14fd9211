package org.apikeys.key;

import org.apikeys.store.TestStore;
import org.junit.jupiter.api.Nested;

class ForeignKeysTest {

  @Nested
  class OnDerby implements ForeignKeysContract {
    @Override
    public TestStore store() {
      return TestStore.derby();
    }
  }

  @Nested
  class OnPostgres implements ForeignKeysContract {
    @Override
    public TestStore store() {
      return TestStore.postgres();
    }
  }
}
