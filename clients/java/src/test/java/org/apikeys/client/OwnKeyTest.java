package org.apikeys.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OwnKeyTest {
  private static final URI ROOT = URI.create("http://127.0.0.1:1");

  private final Logger logger = Logger.getLogger("org.apikeys.client");
  private final List<LogRecord> said = new ArrayList<>();
  private final Handler handler =
      new Handler() {
        @Override
        public void publish(LogRecord message) {
          said.add(message);
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
  void stop() {
    logger.removeHandler(handler);
  }

  @Test
  void theLogSaysOnceThatTheServerRefusesItAndOnceThatItDoesNoLonger() {
    OwnKey key = new OwnKey("sk_live_own");
    for (int i = 0; i < 3; i++) {
      assertThat(key.isRefused("/here", 200)).isFalse();
      assertThat(key.isRefused("/here", 503)).isFalse();
    }
    assertThat(said).isEmpty();
    for (int i = 0; i < 3; i++) {
      assertThat(key.isRefused("/here", 401)).isTrue();
    }
    assertThat(said).extracting(LogRecord::getLevel).containsExactly(Level.WARNING);
    assertThat(said.get(0).getParameters()).containsExactly("401", "/here");
    assertThat(key.isRefused("/there", 302)).isTrue();
    key.isRefused("/here", 200);
    key.isRefused("/here", 200);
    assertThat(said)
        .extracting(LogRecord::getLevel)
        .containsExactly(Level.WARNING, Level.WARNING, Level.INFO);
    assertThat(key.toString()).doesNotContain("own");
  }

  @Test
  void aCallThatFailsByItIsInTheLog() {
    try (FakeServer server = new FakeServer();
        ApiKeysClient client = ApiKeysClient.of(server.uri(), "sk_live_own").start()) {
      server.status = 401;
      assertThat(client.verify(Call.with("sk_live_somebody")).code()).isEqualTo("UNAVAILABLE");
      assertThat(said)
          .filteredOn(message -> message.getLevel().equals(Level.WARNING))
          .extracting(LogRecord::getParameters)
          .contains(new Object[] {"401", "/api/v1/api-keys/verify"});
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "two words", "line\n", "käse"})
  void isNoTextThatCanBeNoKey(String text) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ApiKeysClient.of(ROOT, text))
        .withMessageContaining("own key");
  }

  @Test
  void theServerMayBeBelowAPath() {
    try (FakeServer server = new FakeServer();
        ApiKeysClient client =
            ApiKeysClient.of(server.uri().resolve("/api/v1/api-keys/verify/keys/"), "sk_live_own")
                .start()) {
      assertThat(client.verify(Call.with("sk_live_somebody")).valid()).isTrue();
    }
  }
}
