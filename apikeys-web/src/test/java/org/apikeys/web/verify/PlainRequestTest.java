package org.apikeys.web.verify;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.apikeys.api.problem.ProblemException;
import org.apikeys.web.http.StrictJson;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PlainRequestTest {
  private static final String WHOLE =
      "{\"key\":\"sk_live_a_b\",\"scopes\":[\"agents:read\",\"agents:write\"],"
          + "\"resource\":\"agents/4\",\"ip\":\"203.0.113.9\","
          + "\"referrer\":\"https://app.example.com/x\",\"method\":\"GET\","
          + "\"endpoint\":\"/agents\",\"environment\":\"production\",\"cost\":3,"
          + "\"bytes_in\":12,\"lease\":5,\"terms\":true,\"explain\":true}";

  /** What replaces a part of a request to make another one of it. */
  private static final List<String> PARTS =
      List.of(
          "null",
          "true",
          "\"\"",
          "1.0",
          "-1",
          "1e3",
          "{}",
          "[]",
          "[1]",
          "[\"\"]",
          "[\"a b\"]",
          "\"a and b\"",
          "\"a or\"",
          "9223372036854775808",
          "\"\\u0041\"",
          "\"ü\"",
          "\"::1\"",
          "\"300.1.1.1\"",
          "\"moon\"",
          "[\"a\",\"b:c\"]",
          "01",
          "\"agents/*\"",
          "1000000001");

  private static @Nullable VerifyRequest plain(String body) {
    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
    return PlainRequest.read(bytes, bytes.length);
  }

  static String shown(VerifyRequest request) {
    return List.of(
            request.key(),
            String.valueOf(request.needed()),
            String.valueOf(request.ip()),
            String.valueOf(request.referrer()),
            String.valueOf(request.method()),
            String.valueOf(request.endpoint()),
            String.valueOf(request.environment()),
            request.cost(),
            request.bytesIn(),
            String.valueOf(request.resource()),
            request.lease(),
            request.terms(),
            request.explain())
        .toString();
  }

  private static String whole(String body) throws IOException {
    return shown(
        VerifyRequest.of(
            StrictJson.read(new ByteArrayInputStream(body.getBytes(StandardCharsets.UTF_8)))));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        WHOLE,
        "{\"key\":\"k\"}",
        " { \"key\" : \"k\" , \"explain\" : false } \n",
        "{\"scopes\":\"agents:read or agents:write\",\"key\":\"k\"}",
        "{\"scopes\":[\"agents:read\"],\"key\":\"k\",\"cost\":0}",
        "{\"key\":\"\"}"
      })
  void readsWhatGatewaysSend(String body) throws IOException {
    VerifyRequest read = plain(body);

    assertThat(read).isNotNull();
    assertThat(shown(read)).isEqualTo(whole(body));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "[]",
        "{",
        "{}",
        "{\"key\":\"k\"}x",
        "{\"key\":\"k\",\"key\":\"k\"}",
        "{\"key\":\"k\",\"other\":1}",
        "{\"key\":\"k\\u0000\"}",
        "{\"key\":\"ü\"}",
        "{\"key\":1}",
        "{\"key\":\"k\",\"ip\":\"nowhere\"}",
        "{\"key\":\"k\",\"scopes\":[\"a b\"]}",
        "{\"key\":\"k\",\"cost\":1.0}",
        "{\"key\":\"k\",\"cost\":-1}",
        "{\"key\":\"k\",\"method\":\"AVERYLONGMETHOD\"}"
      })
  void leavesTheRestToTheReaderThatCanSayWhatIsWrong(String body) {
    assertThat(plain(body)).isNull();
  }

  @Test
  void understandsNothingThatTheWholeReaderWouldNot() {
    Random random = new Random(42);
    List<String> differences = new ArrayList<>();
    for (int i = 0; i < 20_000; i++) {
      String body = changed(random);
      VerifyRequest read = plain(body);
      if (read != null) {
        String expected;
        try {
          expected = whole(body);
        } catch (ProblemException | IOException e) {
          expected = "refused";
        }
        if (!shown(read).equals(expected)) {
          differences.add(body);
        }
      }
    }

    assertThat(differences).isEmpty();
  }

  /** The whole request with values exchanged, or with single characters changed. */
  private static String changed(Random random) {
    if (random.nextInt(3) == 0) {
      StringBuilder body = new StringBuilder(WHOLE);
      int at = random.nextInt(body.length());
      body.setCharAt(at, "\"{}[],:\\ 0ax".charAt(random.nextInt(12)));
      return body.toString();
    }
    String[] fields = WHOLE.substring(1, WHOLE.length() - 1).split(",(?=\"[a-z_]+\":)", -1);
    int field = random.nextInt(fields.length);
    String name = fields[field].substring(0, fields[field].indexOf(':') + 1);
    fields[field] = name + PARTS.get(random.nextInt(PARTS.size()));
    return "{" + String.join(",", fields) + "}";
  }
}
