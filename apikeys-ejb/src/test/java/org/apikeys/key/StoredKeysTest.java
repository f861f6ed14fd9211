package org.apikeys.key;

import org.apikeys.store.TestStore;
import org.junit.jupiter.api.Nested;

class StoredKeysTest {

  @Nested
  class OnDerby implements StoredKeysContract {
    @Override
    public TestStore store() {
      return TestStore.derby();
    }
  }

  @Nested
  class OnPostgres implements StoredKeysContract {
    @Override
    public TestStore store() {
      return TestStore.postgres();
    }
  }
}
