package org.apikeys.notice;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.hc.client5.http.SystemDefaultDnsResolver;
import org.apikeys.crypto.Secret;
import org.apikeys.notice.Outbox.Attempted;
import org.apikeys.notice.Outbox.Parcel;
import org.junit.jupiter.api.Test;

/** What strangers answer does the server no harm. */
class CourierTest {
  private static final String TAKEN = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n";
  private static final int LONG = 1 << 20;

  private final AtomicBoolean failing = new AtomicBoolean();
  private final Courier courier =
      new Courier(
          new SystemDefaultDnsResolver() {
            @Override
            public InetAddress[] resolve(String host) throws UnknownHostException {
              if (failing.get()) {
                throw new OutOfMemoryError("for a moment");
              }
              return super.resolve(host);
            }
          });

  private Attempted deliver(String answer) throws IOException {
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
    assertThat(deliver(TAKEN + "\r\n").isDelivered()).isTrue();
    assertThat(deliver(TAKEN + "X: " + "a".repeat(LONG) + "\r\n\r\n").isDelivered()).isFalse();
    assertThat(deliver(TAKEN + "X: a\r\n".repeat(LONG / 8) + "\r\n").isDelivered()).isFalse();
    assertThat(deliver(TAKEN + "\r\n").isDelivered()).isTrue();
  }

  @Test
  void goesOnAfterAnError() throws Exception {
    failing.set(true);
    assertThatThrownBy(() -> deliver(TAKEN + "\r\n")).isInstanceOf(OutOfMemoryError.class);
    failing.set(false);
    assertThat(deliver(TAKEN + "\r\n").isDelivered()).isTrue();
  }
}
