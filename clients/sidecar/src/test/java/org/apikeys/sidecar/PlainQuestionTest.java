package org.apikeys.sidecar;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PlainQuestionTest {
  private final PlainQuestion question = new PlainQuestion();

  @Test
  void readsAQuestion() {
    String text =
        String.join(
            "\r\n",
            "GET /api/v1/authorize?scope=a:b HTTP/1.1",
            "Host: x",
            "x-aPI-key:  sk_1 ",
            "X-Other: ,",
            "Connection: Keep-Alive",
            "Referer: https://a.example/?b=c",
            "",
            "");
    assertThat(read(text)).isEqualTo(text.length());
    assertThat(question.method()).isEqualTo("GET");
    assertThat(question.path()).isEqualTo("/api/v1/authorize");
    assertThat(question.query()).isEqualTo("scope=a:b");
    assertThat(question.peer()).isEqualTo("192.0.2.1");
    assertThat(question.all(Header.API_KEY)).containsExactly("sk_1");
    assertThat(question.first(Header.REFERRER)).isEqualTo("https://a.example/?b=c");
    assertThat(question.all(Header.AUTHORIZATION)).isEmpty();
    assertThat(question.first(Header.AUTHORIZATION)).isNull();
    assertThat(question).asString().doesNotContain("sk_1");
  }

  @Test
  void readsABodyAndForgetsTheQuestionBefore() {
    read("GET /a?b HTTP/1.1\r\nX-API-Key: sk_1\r\n\r\n");
    String text = "POST /v HTTP/1.1\r\nContent-Length: 4\r\n\r\nbody";
    assertThat(read(text + "GET / HTTP/1.1\r\n")).isEqualTo(text.length());
    assertThat(question.method()).isEqualTo("POST");
    assertThat(question.query()).isNull();
    assertThat(question.all(Header.API_KEY)).isEmpty();
    String body =
        new String(
            question.bytes(),
            question.bodyAt(),
            question.bodyLength(),
            StandardCharsets.ISO_8859_1);
    assertThat(body).isEqualTo("body");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "PUT / HTTP/1.1\r\n\r\n",
        "GET  / HTTP/1.1\r\n\r\n",
        "GET / HTTP/1.0\r\n\r\n",
        "GET / HTTP/1.1\n\n",
        "GET /\u00e4 HTTP/1.1\r\n\r\n",
        "GET /#a HTTP/1.1\r\n\r\n",
        "GET / HTTP/1.1\r\nX-API-Key: a\r\nx-api-key: a\r\n\r\n",
        "GET / HTTP/1.1\r\nX-API-Key : a\r\n\r\n",
        "GET / HTTP/1.1\r\nX-API-Key: a\r\n b\r\n\r\n",
        "GET / HTTP/1.1\r\nX-API-Key: a\tb\r\n\r\n",
        "GET / HTTP/1.1\r\nX-API-Key: \u00e4\r\n\r\n",
        "GET / HTTP/1.1\r\nX-API-Key: a\rb\r\n\r\n",
        "GET / HTTP/1.1\r\n: a\r\n\r\n",
        "GET / HTTP/1.1\r\nConnection: close\r\n\r\n",
        "GET / HTTP/1.1\r\nConnection: keep-alive, Upgrade\r\n\r\n",
        "GET / HTTP/1.1\r\nUpgrade: h2c\r\n\r\n",
        "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        "POST / HTTP/1.1\r\nExpect: 100-continue\r\nContent-Length: 0\r\n\r\n",
        "POST / HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 1\r\n\r\na",
        "POST / HTTP/1.1\r\nContent-Length: +1\r\n\r\na",
        "POST / HTTP/1.1\r\nContent-Length: \r\n\r\na",
        "POST / HTTP/1.1\r\nContent-Length: 99999\r\n\r\na"
      })
  void leavesWhatIsNotPlain(String text) {
    assertThat(read(text)).isZero();
  }

  @Test
  void leavesWhatIsNotWhole() {
    String text = "POST /v?a HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\n\r\nbody";
    for (int end = 0; end < text.length(); end++) {
      assertThat(read(text.substring(0, end))).as("the first %d bytes", end).isZero();
    }
    assertThat(read(text)).isEqualTo(text.length());
  }

  @Test
  void knowsEachHeaderOfInterest() {
    for (Header header : List.of(Header.values())) {
      String value = header == Header.CONTENT_LENGTH ? "0" : "v";
      read("GET / HTTP/1.1\r\n" + header.lower() + ": " + value + "\r\n\r\n");
      assertThat(question.all(header)).containsExactly(value);
    }
  }

  private int read(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);
    System.arraycopy(bytes, 0, question.bytes(), 0, bytes.length);
    return question.read(bytes.length, "192.0.2.1");
  }
}
