package org.apikeys.audit;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.logging.SimpleFormatter;
import java.util.stream.IntStream;
import org.apikeys.api.audit.Action;
import org.apikeys.api.audit.Checkpoint;
import org.apikeys.api.audit.SignedNote;
import org.apikeys.api.tenant.Caller;
import org.apikeys.store.TestServices;
import org.apikeys.store.TestStore;
import org.junit.jupiter.api.Test;

/** Checkpoints outside, and a log that has to have what lies there. */
interface AnchorsContract {
  TestStore store();

  private static void grow(TestServices services, int records) {
    services
        .get(AuditLog.class)
        .recordAlone(
            IntStream.range(0, records)
                .mapToObj(i -> AuditEntry.of(Caller.system(), Action.AUDIT_LISTED))
                .toList());
    services.get(LogKeeper.class).advance();
  }

  private TestServices node(String setting, Object value) {
    return new TestServices(store(), Map.of("apikeys.audit.anchor." + setting, value.toString()));
  }

  private static Checkpoint checkpoint(TestServices services, String note) {
    SignedNote signed = SignedNote.parse(note);
    assertThat(signed.verifiedBy(services.get(LogProofs.class).publicKeys())).isPresent();
    return Checkpoint.parse(signed.text());
  }

  @Test
  default void appendsToAFileNowAndThen() throws IOException {
    store().emptied();
    Path file = TestStore.newFolder().resolve("anchor.jsonl");
    TestServices services = node("file", file);
    Anchors anchors = services.get(Anchors.class);
    grow(services, 3);
    anchors.put();
    anchors.put();
    grow(services, 4);
    anchors.put();
    assertThat(Files.readAllLines(file)).as("one a minute").hasSize(1);
    services.clock().forward(Duration.ofMinutes(1));
    anchors.put();
    assertThat(Files.readAllLines(file)).hasSize(2);
    assertThat(checkpoint(services, new FileAnchor(file).last().orElseThrow()).size()).isEqualTo(7);
    // what a crash cut off counts for nothing
    Files.writeString(file, Files.readString(file) + "{\"at\":\"2026", StandardCharsets.UTF_8);
    assertThat(checkpoint(services, new FileAnchor(file).last().orElseThrow()).size()).isEqualTo(7);
  }

  @Test
  default void goesOnBehindItsAnchor() {
    store().emptied();
    Path file = TestStore.newFolder().resolve("anchor.jsonl");
    TestServices services = node("file", file);
    grow(services, 300);
    services.get(Anchors.class).put();
    grow(services, 10);
    TestServices restarted = node("file", file);
    grow(restarted, 1);
    assertThat(restarted.get(LogHealth.class).trouble()).isEmpty();
    restarted.get(Anchors.class).put();
    assertThat(restarted.get(Anchors.class).unchecked()).isEmpty();
  }

  @Test
  default void aLogThatIsShorterThanItsAnchorIsNotSigned() {
    store().emptied();
    Path file = TestStore.newFolder().resolve("anchor.jsonl");
    TestServices services = node("file", file);
    grow(services, 20);
    services.get(Anchors.class).put();

    // an older database, with the memory beside the key gone as well
    store().emptied();
    TestServices rolledBack = node("file", file);
    grow(rolledBack, 5);
    assertThat(rolledBack.get(LogHealth.class).trouble())
        .hasValueSatisfying(why -> assertThat(why).contains("20 were signed"));
  }

  @Test
  default void anAnchorThatCantBeReadIsTold() throws IOException {
    store().emptied();
    Path file = TestStore.newFolder().resolve("anchor.jsonl");
    Files.writeString(file, "no JSON\n");
    TestServices services = node("file", file);
    grow(services, 5);
    assertThat(services.get(LogHealth.class).trouble())
        .hasValueSatisfying(why -> assertThat(why).contains("can't be read"));
    Files.delete(file);
    services.clock().forward(Duration.ofMinutes(1));
    grow(node("file", file), 1);
    assertThat(services.get(Anchors.class).unchecked()).isEmpty();
  }

  @Test
  default void anotherLogThanTheAnchoredIsNotSigned() {
    store().emptied();
    Path file = TestStore.newFolder().resolve("anchor.jsonl");
    TestServices services = node("file", file);
    grow(services, 5);
    services.get(Anchors.class).put();

    store().emptied();
    grow(node("every", "PT1M"), 20);
    TestServices forged = node("file", file);
    grow(forged, 1);
    assertThat(forged.get(LogHealth.class).trouble())
        .hasValueSatisfying(why -> assertThat(why).contains("anchored"));
  }

  @Test
  default void sendsToSyslogByDatagramAndByStream() throws Exception {
    store().emptied();
    try (DatagramSocket server = new DatagramSocket(0, InetAddress.getLoopbackAddress())) {
      server.setSoTimeout(10_000);
      TestServices services = node("syslog", "udp://127.0.0.1:" + server.getLocalPort());
      grow(services, 3);
      services.get(Anchors.class).put();
      DatagramPacket packet = new DatagramPacket(new byte[4096], 4096);
      server.receive(packet);
      assertSyslog(
          services, new String(packet.getData(), 0, packet.getLength(), StandardCharsets.UTF_8));
    }
    try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      CompletableFuture<String> received =
          CompletableFuture.supplyAsync(
              () -> {
                try (Socket client = server.accept()) {
                  return new String(client.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
                } catch (IOException e) {
                  throw new IllegalStateException(e);
                }
              });
      TestServices services = node("syslog", "tcp://127.0.0.1:" + server.getLocalPort());
      grow(services, 1);
      services.get(Anchors.class).put();
      String framed = received.get(20, TimeUnit.SECONDS);
      int space = framed.indexOf(' ');
      String message = framed.substring(space + 1);
      assertThat(Integer.parseInt(framed.substring(0, space)))
          .isEqualTo(message.getBytes(StandardCharsets.UTF_8).length);
      assertSyslog(services, message);
    }
  }

  private static void assertSyslog(TestServices services, String message) {
    assertThat(message).matches("<110>1 \\S+Z \\S+ apikeys - checkpoint - audit log .*");
    String note = message.substring(message.indexOf(" note=") + " note=".length());
    Checkpoint sent =
        checkpoint(services, new String(Base64.getDecoder().decode(note), StandardCharsets.UTF_8));
    assertThat(message).contains("size=" + sent.size() + " root=" + sent.root().base64());
  }

  @Test
  default void postsToAnAddressAndTriesAgainWhatWasNotTaken() throws IOException {
    store().emptied();
    List<String> bodies = new CopyOnWriteArrayList<>();
    List<String> log = new ArrayList<>();
    Logger logger = Logger.getLogger(Anchors.class.getName());
    Handler listening =
        new Handler() {
          @Override
          public void publish(LogRecord entry) {
            log.add(new SimpleFormatter().formatMessage(entry));
          }

          @Override
          public void flush() {}

          @Override
          public void close() {}
        };
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/",
        exchange -> {
          bodies.add(new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
          exchange.sendResponseHeaders(bodies.size() < 3 ? 500 : 204, -1);
          exchange.close();
        });
    server.start();
    try {
      logger.addHandler(listening);
      TestServices services =
          node("webhook", "http://127.0.0.1:" + server.getAddress().getPort() + "/anchor");
      grow(services, 2);
      Anchors anchors = services.get(Anchors.class);
      anchors.put();
      assertThat(log).singleElement().asString().contains("no checkpoints", "answered 500");
      anchors.put();
      assertThat(bodies).as("not at once").hasSize(1);
      services.clock().forward(Duration.ofSeconds(10));
      anchors.put();
      assertThat(bodies).hasSize(2);
      assertThat(log).as("told once").hasSize(1);
      services.clock().forward(Duration.ofSeconds(10));
      anchors.put();
      assertThat(bodies).hasSize(3);
      assertThat(checkpoint(services, bodies.get(2)).size()).isEqualTo(2);
      assertThat(log).hasSize(2).last().asString().endsWith("takes checkpoints again.");
    } finally {
      server.stop(0);
      logger.removeHandler(listening);
    }
  }
}
