package org.apikeys.audit;

import org.apikeys.store.TestStore;
import org.junit.jupiter.api.Nested;

class SubjectsTest {

  @Nested
  class OnDerby implements SubjectsContract {
    @Override
    public TestStore store() {
      return TestStore.derby();
    }
  }

  @Nested
  class OnPostgres implements SubjectsContract {
    @Override
    public TestStore store() {
      return TestStore.postgres();
    }
  }
}
