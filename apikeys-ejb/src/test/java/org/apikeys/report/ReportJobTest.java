package org.apikeys.report;

import org.apikeys.store.TestStore;
import org.junit.jupiter.api.Nested;

class ReportJobTest {

  @Nested
  class OnDerby implements ReportJobContract {
    @Override
    public TestStore store() {
      return TestStore.derby();
    }
  }

  @Nested
  class OnPostgres implements ReportJobContract {
    @Override
    public TestStore store() {
      return TestStore.postgres();
    }
  }
}
