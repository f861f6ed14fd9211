package org.apikeys.notice;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import org.apache.hc.client5.http.SystemDefaultDnsResolver;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.client5.http.impl.classic.CloseableHttpResponse;
import org.apache.hc.core5.http.ClassicHttpRequest;
import org.apache.hc.core5.http.HttpHost;
import org.apache.hc.core5.http.protocol.HttpContext;
import org.apache.hc.core5.io.CloseMode;
import org.apikeys.crypto.Secret;
import org.apikeys.notice.Outbox.Attempted;
import org.apikeys.notice.Outbox.Parcel;
import org.junit.jupiter.api.Test;

/** What strangers answer does the server no harm. */
class CourierTest {
  private static final String TAKEN = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n";
  private static final int LONG = 1 << 20;

  private final Courier courier =
      new Courier(() -> Courier.client(SystemDefaultDnsResolver.INSTANCE));

  /** Is of no use any more after its first request, as real ones after an error. */
  private static final class Failing extends CloseableHttpClient {
    @Override
    protected CloseableHttpResponse doExecute(
        HttpHost target, ClassicHttpRequest request, HttpContext context) {
      throw new OutOfMemoryError("for a moment");
    }

    @Override
    public void close() {}

    @Override
    public void close(CloseMode mode) {}
  }

  private static Attempted deliver(Courier courier, String answer) throws IOException {
    try (ServerSocket receiver = new ServerSocket(0, 10, InetAddress.getLoopbackAddress())) {
      Thread thread = new Thread(() -> answer(receiver, answer));
      thread.setDaemon(true);
      thread.start();
      return courier.deliver(
          new Parcel(
              1,
              1,
              1,
              "msg_1",
              "http://127.0.0.1:" + receiver.getLocalPort() + "/",
              new Secret("whsec_" + "A".repeat(32)),
              "{}"),
          Instant.EPOCH);
    }
  }

  private static void answer(ServerSocket receiver, String answer) {
    try (Socket connection = receiver.accept();
        OutputStream out = connection.getOutputStream()) {
      connection.getInputStream().read(new byte[LONG]);
      out.write(answer.getBytes(StandardCharsets.US_ASCII));
    } catch (IOException e) {
      // the courier has had enough, or never came
      return;
    }
  }

  @Test
  void keepsNoMoreOfAnAnswerThanAnyHonestOneHas() throws Exception {
    assertThat(deliver(courier, TAKEN + "\r\n").isDelivered()).isTrue();
    assertThat(deliver(courier, TAKEN + "X: " + "a".repeat(LONG) + "\r\n\r\n").isDelivered())
        .isFalse();
    assertThat(deliver(courier, TAKEN + "X: a\r\n".repeat(LONG / 8) + "\r\n").isDelivered())
        .isFalse();
    assertThat(deliver(courier, TAKEN + "\r\n").isDelivered()).isTrue();
  }

  @Test
  void takesAnotherClientAfterAnError() throws Exception {
    Deque<CloseableHttpClient> clients =
        new ArrayDeque<>(List.of(new Failing(), Courier.client(SystemDefaultDnsResolver.INSTANCE)));
    Courier shaken = new Courier(clients::remove);
    assertThatThrownBy(() -> deliver(shaken, TAKEN + "\r\n")).isInstanceOf(OutOfMemoryError.class);
    assertThat(deliver(shaken, TAKEN + "\r\n").isDelivered()).isTrue();
  }
}
