package org.apikeys.store;

import java.util.Map;
import org.junit.jupiter.api.Nested;

class UpgradeTest {

  @Nested
  class OnDerby implements UpgradeContract {
    @Override
    public TestStore store() {
      return TestStore.derby();
    }

    @Override
    public Map<String, String> settingsOfNew() {
      return TestStore.settingsOfNewDerby();
    }
  }

  @Nested
  class OnPostgres implements UpgradeContract {
    @Override
    public TestStore store() {
      return TestStore.postgres();
    }

    @Override
    public Map<String, String> settingsOfNew() {
      return TestStore.settingsOfNewPostgres();
    }
  }
}
