package org.apikeys.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.SQLException;
import org.flywaydb.core.api.FlywayException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a start waits for, and what stops it. */
class StoreOpeningTest {
  private static FlywayException failure(String state) {
    return new FlywayException("can't connect", new SQLException("why", state));
  }

  private static @Nullable Throwable waitedFor(RuntimeException failure) {
    return StoreOpening.outOfReach(failure);
  }

  @ParameterizedTest
  @ValueSource(strings = {"08001", "08006", "57P01", "57P03", "53300", "25006"})
  void aStoreThatIsNotThereYetIsWaitedFor(String state) {
    assertThat(waitedFor(failure(state))).hasMessage("why");
  }

  @ParameterizedTest
  @ValueSource(strings = {"28P01", "3D000", "42501", "53100", "XJ040"})
  void oneThatIsThereButWrongStopsTheStart(String state) {
    assertThat(waitedFor(failure(state))).isNull();
  }

  @Test
  void whatDidNotComeFromTheStoreStopsTheStart() {
    assertThat(waitedFor(new IllegalStateException("a newer schema"))).isNull();
  }
}
