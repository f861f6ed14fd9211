package org.apikeys.tenant;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.apikeys.store.TestServices;
import org.apikeys.store.TestStore;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The first administrator's password is held to the rule for everybody's. */
class FirstStartTest {
  private static FirstStart with(String password) {
    TestStore store = TestStore.derby().emptied();
    store.execute("DELETE FROM organization");
    return new TestServices(store, Map.of("apikeys.admin.password", password))
        .get(FirstStart.class);
  }

  @ParameterizedTest
  @CsvSource({"short, has 12 to 256 characters", "passwordpassword, is too common"})
  void refusesAWeakPasswordWithTheNameOfItsSetting(String password, String told) {
    FirstStart start = with(password);
    assertThatThrownBy(start::run)
        .hasStackTraceContaining("The setting apikeys.admin.password " + told);
  }

  @Test
  void takesAStrongOne() {
    assertThat(with("correct-horse-battery-staple").run()).isTrue();
  }
}
