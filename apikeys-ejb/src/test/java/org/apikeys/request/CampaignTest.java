package org.apikeys.request;

import org.apikeys.store.TestStore;
import org.junit.jupiter.api.Nested;

class CampaignTest {

  @Nested
  class OnDerby implements CampaignContract {
    @Override
    public TestStore store() {
      return TestStore.derby();
    }
  }

  @Nested
  class OnPostgres implements CampaignContract {
    @Override
    public TestStore store() {
      return TestStore.postgres();
    }
  }
}
