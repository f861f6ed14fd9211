package org.apikeys.tenant;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.apikeys.store.TestServices;
import org.apikeys.store.TestStore;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Whoever starts it is told when the first administrator's password is weaker than others'. */
class FirstStartTest {
  private final Logger logger = Logger.getLogger(FirstStart.class.getName());
  private final List<LogRecord> logged = new ArrayList<>();
  private final Handler handler =
      new Handler() {
        @Override
        public void publish(LogRecord line) {
          logged.add(line);
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
      };

  @BeforeEach
  void listen() {
    logger.addHandler(handler);
  }

  @AfterEach
  void stopListening() {
    logger.removeHandler(handler);
  }

  private static boolean started(String password) {
    TestStore store = TestStore.derby().emptied();
    store.execute("DELETE FROM organization");
    return new TestServices(store, Map.of("apikeys.admin.password", password))
        .get(FirstStart.class)
        .run();
  }

  @ParameterizedTest
  @CsvSource({"short, has 12 to 256 characters", "passwordpassword, is too common"})
  void warnsOfAWeakPasswordAndDoesNotSayIt(String password, String told) {
    assertThat(started(password)).isTrue();
    assertThat(logged)
        .singleElement()
        .satisfies(
            line -> {
              assertThat(line.getMessage()).contains("apikeys.admin.password");
              assertThat(line.getParameters()).singleElement().asString().contains(told);
              assertThat(line.getParameters()).doesNotContain(password);
            });
  }

  @Test
  void saysNothingOfAStrongOne() {
    assertThat(started("correct-horse-battery-staple")).isTrue();
    assertThat(logged).isEmpty();
  }
}
