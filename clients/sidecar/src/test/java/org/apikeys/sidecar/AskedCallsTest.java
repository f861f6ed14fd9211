package org.apikeys.sidecar;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.buffer.Buffer;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.apikeys.client.Call;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AskedCallsTest {
  private final AskedCalls asked = new AskedCalls();

  @Test
  void readsEveryField() {
    Call call =
        read("""
                {"key": "k1", "scopes": ["agents:read"], "resource": "projects/42",
                 "ip": "203.0.113.9", "referrer": "https://app.example.com/x", "method": "GET",
                 "endpoint": "/\\u00e4", "environment": "production", "cost": 0, "bytes_in": 512}
                """)
            .orElseThrow();
    assertThat(Objects.requireNonNull(call.needed())).hasToString("agents:read");
    assertThat(call)
        .usingRecursiveComparison()
        .ignoringFields("needed")
        .isEqualTo(
            new Call(
                "k1",
                null,
                "projects/42",
                "203.0.113.9",
                "https://app.example.com/x",
                "GET",
                "/ä",
                "production",
                0,
                512));
  }

  @Test
  void takesACallToCostOne() {
    assertThat(read("{\"key\":\"k1\"}")).map(Call::cost).contains(1L);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "[]",
        "{",
        "{}",
        "{\"key\":\"k\"} x",
        "{\"key\":\"k\",\"key\":\"k\"}",
        "{\"key\":1}",
        "{\"key\":null}",
        "{\"key\":\"k\",\"extra\":1}",
        "{\"key\":\"k\",\"explain\":true}",
        "{\"key\":\"k\",\"lease\":1}",
        "{\"key\":\"k\",\"cost\":-1}",
        "{\"key\":\"k\",\"cost\":1.5}",
        "{\"key\":\"k\",\"cost\":1000000001}",
        "{\"key\":\"k\",\"bytes_in\":99999999999999999999}",
        "{\"key\":\"k\",\"scopes\":[]}",
        "{\"key\":\"k\",\"scopes\":[\"a b\"]}",
        "{\"key\":\"k\",\"scopes\":\"a:b and\"}",
        "{\"key\":\"k\",\"scopes\":\"a:b\",\"scopes\":\"a:b\"}",
        "{\"key\":\"k\",\"scopes\":{\"a\":1}}",
        "{\"key\":\"k\",\"ip\":\"localhost\"}",
        "{\"key\":\"k\",\"environment\":\"nowhere\"}",
        "{\"key\":\"k\",\"method\":\"ELEVENCHARS\"}",
        "{\"key\":\"k\",\"endpoint\":\"/a\\u0000\"}",
        "{\"key\":\"k\",\"endpoint\":\"/\\ud83d\"}",
        "{\"key\":\"k\",\"referrer\":\"\\ude00\\ud83d\"}",
        "\ufeff{\"key\":\"k\"}"
      })
  void leavesTheRestToTheServer(String body) {
    assertThat(read(body)).isEmpty();
  }

  @Test
  void readsPairsOfSurrogatesAndNoOtherEncoding() {
    assertThat(read("{\"key\":\"k\",\"endpoint\":\"/\\ud83d\\ude00\"}").map(Call::endpoint))
        .contains("/\ud83d\ude00");
    for (String encoding : List.of("UTF-16LE", "UTF-16BE", "UTF-32")) {
      assertThat(asked.read(Buffer.buffer("{\"key\":\"k\"}", encoding))).as(encoding).isEmpty();
    }
  }

  private Optional<Call> read(String body) {
    return asked.read(Buffer.buffer(body));
  }
}
