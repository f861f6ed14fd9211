package org.apikeys.notice;

import org.apikeys.store.TestStore;
import org.junit.jupiter.api.Nested;

class NoticeTest {

  @Nested
  class OnDerby implements NoticeContract {
    @Override
    public TestStore store() {
      return TestStore.derby();
    }
  }

  @Nested
  class OnPostgres implements NoticeContract {
    @Override
    public TestStore store() {
      return TestStore.postgres();
    }
  }
}
