package org.apikeys.audit;

import org.apikeys.store.TestStore;
import org.junit.jupiter.api.Nested;

class RecordsInSightTest {

  @Nested
  class OnDerby implements RecordsInSightContract {
    @Override
    public TestStore store() {
      return TestStore.derby();
    }
  }

  @Nested
  class OnPostgres implements RecordsInSightContract {
    @Override
    public TestStore store() {
      return TestStore.postgres();
    }
  }
}
