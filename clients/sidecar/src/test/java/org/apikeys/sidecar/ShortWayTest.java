package org.apikeys.sidecar;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.timeout.IdleStateEvent;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.apikeys.api.permission.HeldScopes;
import org.apikeys.client.Verdict;
import org.apikeys.client.VerifiedKey;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ShortWayTest {
  private static final Settings SETTINGS =
      Settings.read(
          Map.of(
              "APIKEYS_SIDECAR_SERVER", "http://127.0.0.1:1", "APIKEYS_SIDECAR_KEY", "the-gateway"),
          null);

  private static final String KNOWN = authorize("known");
  private static final String ASKED = authorize("asked");
  private static final String REFUSED = authorize("refused");

  private final ShortWay way =
      new ShortWay(
          new Grants(
              new ForwardedCalls(SETTINGS),
              new VerifiedCalls(SETTINGS),
              call ->
                  switch (call.key()) {
                    case "known" -> Optional.of(verdict("o@example.com"));
                    case "odd" -> Optional.of(verdict("o\r\nX: y"));
                    case "refused" ->
                        Optional.of(new Verdict("MALFORMED", 401, null, null, null, 0, null));
                    default -> Optional.empty();
                  }),
          "192.0.2.1");

  private final EmbeddedChannel channel = new EmbeddedChannel(way);

  @AfterEach
  void finish() {
    channel.finishAndReleaseAll();
  }

  private static String authorize(String key) {
    return "GET /api/v1/authorize HTTP/1.1\r\nHost: x\r\nX-Request-Id: r1\r\nX-API-Key: "
        + key
        + "\r\n\r\n";
  }

  private static String verify(String gateway, String body) {
    return "POST /api/v1/api-keys/verify HTTP/1.1\r\nX-API-Key: "
        + gateway
        + "\r\nContent-Type: application/json\r\nContent-Length: "
        + body.length()
        + "\r\n\r\n"
        + body;
  }

  private static Verdict verdict(String owner) {
    VerifiedKey key =
        new VerifiedKey(
            7,
            "key-7",
            "n",
            1,
            owner,
            "production",
            Set.of("agents:read"),
            "agents:read",
            HeldScopes.of(List.of("agents:read")),
            "{\"name\":\"\u00e4\"}");
    return new Verdict("VALID", 200, key, null, null, 0, null);
  }

  @Test
  void answersWhatIsGrantedAtOnceByItself() {
    come(KNOWN);
    assertThat(answer())
        .startsWith("HTTP/1.1 200 OK\r\n")
        .contains("\r\nX-Request-Id: r1\r\n", "\r\nX-Key-Id: key-7\r\n")
        .contains("\r\nX-Key-Owner: o@example.com\r\n", "\r\nX-Key-Scopes: agents:read")
        .contains("\r\nContent-Length: 0\r\n")
        .endsWith("\r\n\r\n");
    come(verify("the-gateway", "{\"key\": \"known\"}"));
    String verified = Objects.requireNonNull(answer());
    assertThat(verified).contains("\r\nContent-Type: application/json\r\n");
    String body = verified.substring(verified.indexOf("\r\n\r\n") + 4);
    assertThat(body).contains("\"valid\":true", "{\"name\":\"\u00e4\"}");
    assertThat(verified)
        .contains("Content-Length: " + body.getBytes(StandardCharsets.UTF_8).length + "\r\n");
    assertThat(handedOn()).isNull();
  }

  /** A byte now and then would hold the connection, and the memory of a body, for ever. */
  @Test
  void endsAConnectionWhoseRequestDoesNotComeWholeInTenSeconds() {
    String whole = verify("the-gateway", "{\"key\": \"asked\"}");
    come(whole.substring(0, whole.length() - 5));
    for (int i = 0; i < 4; i++) {
      pass(2);
      come(" ");
      assertThat(channel.isOpen()).isTrue();
    }
    pass(3);
    assertThat(channel.isOpen()).isFalse();
  }

  @Test
  void waitsForTheAnswerOfARequestThatHasComeWhole() {
    come(ASKED);
    way.whole();
    pass(60);
    assertThat(channel.isOpen()).isTrue();
  }

  private void pass(int seconds) {
    channel.advanceTimeBy(seconds, TimeUnit.SECONDS);
    channel.runScheduledPendingTasks();
  }

  @Test
  void answersAllOfOneReadInTheirOrder() {
    come(KNOWN + KNOWN.replace("r1", "r2"));
    assertThat(answer()).contains("r1");
    assertThat(answer()).contains("r2");
    assertThat(handedOn()).isNull();
  }

  @Test
  void handsOnWhatHasToBeAskedAboutAndGoesOnWhenThatIsAnswered() {
    come(ASKED);
    assertThat(handedOn()).isEqualTo(ASKED);
    assertThat(Objects.requireNonNull(way.takeTried()).verdict()).isNull();
    assertThat(way.takeTried()).isNull();
    way.answered();
    come(KNOWN);
    assertThat(answer()).contains("key-7");
    come(REFUSED);
    assertThat(handedOn()).isEqualTo(REFUSED);
    Verdict refused = Objects.requireNonNull(Objects.requireNonNull(way.takeTried()).verdict());
    assertThat(refused.status()).isEqualTo(401);
    way.answered();
    come(KNOWN);
    assertThat(answer()).contains("key-7");
  }

  @Test
  void neverAnswersBeforeWhatWaits() {
    come(ASKED);
    come(KNOWN);
    assertThat(answer()).isNull();
    assertThat(handedOn()).isEqualTo(ASKED);
    assertThat(handedOn()).isEqualTo(KNOWN);
    way.answered();
    come(KNOWN);
    assertThat(handedOn()).isEqualTo(KNOWN);
  }

  @Test
  void handsOnTheRestOfAReadWithWhatItCantAnswer() {
    come(KNOWN + ASKED + KNOWN);
    assertThat(answer()).contains("key-7");
    assertThat(answer()).isNull();
    assertThat(handedOn()).isEqualTo(ASKED + KNOWN);
    way.answered();
    come(KNOWN);
    assertThat(handedOn()).isEqualTo(KNOWN);
  }

  @Test
  void handsOnEverythingFromThePartOfARequestOn() {
    come(KNOWN.substring(0, 30));
    assertThat(handedOn()).isEqualTo(KNOWN.substring(0, 30));
    assertThat(way.takeTried()).isNull();
    come(KNOWN.substring(30));
    assertThat(handedOn()).isEqualTo(KNOWN.substring(30));
    way.answered();
    come(KNOWN);
    assertThat(handedOn()).isEqualTo(KNOWN);
    assertThat(answer()).isNull();
  }

  @Test
  void handsOnOtherPathsOtherGatewaysAndOddBodies() {
    for (String text :
        List.of(
            "GET /metrics HTTP/1.1\r\n\r\n",
            "GET /api/v1/authorize/ HTTP/1.1\r\nX-API-Key: known\r\n\r\n",
            verify("another", "{\"key\": \"known\"}"),
            verify("the-gateway", "{\"key\": \"known\", \"explain\": true}"),
            verify("the-gateway", "{\"key\": "))) {
      come(text);
      assertThat(handedOn()).isEqualTo(text);
      assertThat(way.takeTried()).isNull();
      way.answered();
    }
  }

  @Test
  void writesNothingIntoAHeaderThatBelongsIntoNone() {
    come(authorize("odd"));
    assertThat(answer()).isNull();
    assertThat(handedOn()).isEqualTo(authorize("odd"));
    Verdict granted = Objects.requireNonNull(Objects.requireNonNull(way.takeTried()).verdict());
    assertThat(granted.valid()).isTrue();
  }

  @Test
  void endsASilentConnection() {
    channel.pipeline().fireUserEventTriggered(IdleStateEvent.FIRST_READER_IDLE_STATE_EVENT);
    assertThat(channel.isOpen()).isFalse();
  }

  private void come(String text) {
    channel.writeInbound(Unpooled.copiedBuffer(text, StandardCharsets.ISO_8859_1));
  }

  private @Nullable String answer() {
    ByteBuf bytes = channel.readOutbound();
    return text(bytes, StandardCharsets.UTF_8);
  }

  private @Nullable String handedOn() {
    ByteBuf bytes = channel.readInbound();
    return text(bytes, StandardCharsets.ISO_8859_1);
  }

  private static @Nullable String text(
      @Nullable ByteBuf bytes, java.nio.charset.Charset characters) {
    if (bytes == null) {
      return null;
    }
    String text = bytes.toString(characters);
    bytes.release();
    return text;
  }
}
