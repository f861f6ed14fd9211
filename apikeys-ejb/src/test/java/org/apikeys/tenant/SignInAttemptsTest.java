package org.apikeys.tenant;

import org.apikeys.store.TestStore;
import org.junit.jupiter.api.Nested;

class SignInAttemptsTest {

  @Nested
  class OnDerby implements SignInAttemptsContract {
    @Override
    public TestStore store() {
      return TestStore.derby();
    }
  }

  @Nested
  class OnPostgres implements SignInAttemptsContract {
    @Override
    public TestStore store() {
      return TestStore.postgres();
    }
  }
}
