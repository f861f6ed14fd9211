package org.apikeys.audit;

import org.apikeys.store.TestStore;
import org.junit.jupiter.api.Nested;

class SequencerTest {

  @Nested
  class OnDerby implements SequencerContract {
    @Override
    public TestStore store() {
      return TestStore.derby();
    }
  }

  @Nested
  class OnPostgres implements SequencerContract {
    @Override
    public TestStore store() {
      return TestStore.postgres();
    }
  }
}
