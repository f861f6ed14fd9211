package org.apikeys.report;

import org.apikeys.store.TestStore;
import org.junit.jupiter.api.Nested;

class ReportTest {

  @Nested
  class OnDerby implements ReportContract {
    @Override
    public TestStore store() {
      return TestStore.derby();
    }
  }

  @Nested
  class OnPostgres implements ReportContract {
    @Override
    public TestStore store() {
      return TestStore.postgres();
    }
  }
}
