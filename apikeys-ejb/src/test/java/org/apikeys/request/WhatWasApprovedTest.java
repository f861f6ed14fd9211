package org.apikeys.request;

import org.apikeys.store.TestStore;
import org.junit.jupiter.api.Nested;

class WhatWasApprovedTest {

  @Nested
  class OnDerby implements WhatWasApprovedContract {
    @Override
    public TestStore store() {
      return TestStore.derby();
    }
  }

  @Nested
  class OnPostgres implements WhatWasApprovedContract {
    @Override
    public TestStore store() {
      return TestStore.postgres();
    }
  }
}
