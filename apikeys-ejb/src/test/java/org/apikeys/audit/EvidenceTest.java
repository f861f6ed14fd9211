package org.apikeys.audit;

import org.apikeys.store.TestStore;
import org.junit.jupiter.api.Nested;

class EvidenceTest {

  @Nested
  class OnDerby implements EvidenceContract {
    @Override
    public TestStore store() {
      return TestStore.derby();
    }
  }

  @Nested
  class OnPostgres implements EvidenceContract {
    @Override
    public TestStore store() {
      return TestStore.postgres();
    }
  }
}
