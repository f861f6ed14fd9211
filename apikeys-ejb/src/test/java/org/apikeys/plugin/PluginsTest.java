package org.apikeys.plugin;

import org.apikeys.store.TestStore;
import org.junit.jupiter.api.Nested;

class PluginsTest {

  @Nested
  class OnDerby implements PluginsContract {
    @Override
    public TestStore store() {
      return TestStore.derby();
    }
  }

  @Nested
  class OnPostgres implements PluginsContract {
    @Override
    public TestStore store() {
      return TestStore.postgres();
    }
  }
}
