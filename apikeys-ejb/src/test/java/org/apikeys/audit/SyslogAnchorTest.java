package org.apikeys.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSocketFactory;
import javax.net.ssl.TrustManagerFactory;
import org.apikeys.api.audit.Checkpoint;
import org.apikeys.api.audit.TreeHash;
import org.apikeys.store.TestStore;
import org.junit.jupiter.api.Test;

/** Checkpoints to a syslog server behind TLS (RFC 5425): only to the one that is meant. */
class SyslogAnchorTest {
  private static final char[] PASSWORD = "changeit".toCharArray();

  private final Checkpoint checkpoint = new Checkpoint("example", 0, TreeHash.EMPTY);

  @Test
  void sendsToAServerWhoseCertificateIsTrusted() throws Exception {
    SSLContext tls = server("localhost");
    try (SSLServerSocket server = listening(tls)) {
      CompletableFuture<String> received = received(server);
      anchor("localhost", server, tls.getSocketFactory())
          .put(checkpoint, "the note", Instant.parse("2026-01-01T00:00:00Z"));
      assertThat(received.get(30, TimeUnit.SECONDS))
          .matches("(?s)\\d+ <110>1 2026-01-01T00:00:00Z .* size=0 root=.* note=.*");
    }
  }

  @Test
  void sendsNothingToAServerOfAnotherName() throws Exception {
    SSLContext tls = server("log.example.com");
    try (SSLServerSocket server = listening(tls)) {
      CompletableFuture<String> received = received(server);
      SyslogAnchor anchor = anchor("localhost", server, tls.getSocketFactory());
      assertThatThrownBy(() -> anchor.put(checkpoint, "the note", Instant.EPOCH))
          .isInstanceOf(SSLException.class);
      assertThat(received.get(30, TimeUnit.SECONDS)).isEmpty();
    }
  }

  @Test
  void sendsNothingToAServerThatNobodyVouchesFor() throws Exception {
    SSLContext tls = server("localhost");
    try (SSLServerSocket server = listening(tls)) {
      CompletableFuture<String> received = received(server);
      SyslogAnchor anchor =
          anchor("localhost", server, (SSLSocketFactory) SSLSocketFactory.getDefault());
      assertThatThrownBy(() -> anchor.put(checkpoint, "the note", Instant.EPOCH))
          .isInstanceOf(SSLException.class);
      assertThat(received.get(30, TimeUnit.SECONDS)).isEmpty();
    }
  }

  private static SyslogAnchor anchor(
      String host, SSLServerSocket server, SSLSocketFactory trusted) {
    return new SyslogAnchor(URI.create("tls://" + host + ":" + server.getLocalPort()), trusted);
  }

  private static SSLServerSocket listening(SSLContext tls) throws IOException {
    return (SSLServerSocket)
        tls.getServerSocketFactory().createServerSocket(0, 1, InetAddress.getByName("localhost"));
  }

  /** What the first client says; nothing when it goes away before it trusts the server. */
  private static CompletableFuture<String> received(SSLServerSocket server) {
    return CompletableFuture.supplyAsync(
        () -> {
          try (Socket client = server.accept()) {
            return new String(client.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
          } catch (IOException e) {
            return "";
          }
        });
  }

  /** A server with a certificate of its own for a name, and a client that trusts just that. */
  private static SSLContext server(String name) throws Exception {
    Path file = TestStore.newFolder().resolve("server.p12");
    Process keytool =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-genkeypair",
                "-alias",
                "server",
                "-keyalg",
                "EC",
                "-dname",
                "CN=" + name,
                "-ext",
                "san=dns:" + name,
                "-storetype",
                "PKCS12",
                "-keystore",
                file.toString(),
                "-storepass",
                String.valueOf(PASSWORD))
            .inheritIO()
            .start();
    assertThat(keytool.waitFor()).isZero();
    KeyStore keys = KeyStore.getInstance("PKCS12");
    try (var in = Files.newInputStream(file)) {
      keys.load(in, PASSWORD);
    }
    KeyStore certificates = KeyStore.getInstance("PKCS12");
    certificates.load(null, null);
    certificates.setCertificateEntry("server", keys.getCertificate("server"));
    KeyManagerFactory own = KeyManagerFactory.getInstance("PKIX");
    own.init(keys, PASSWORD);
    TrustManagerFactory trust = TrustManagerFactory.getInstance("PKIX");
    trust.init(certificates);
    SSLContext tls = SSLContext.getInstance("TLS");
    tls.init(own.getKeyManagers(), trust.getTrustManagers(), null);
    return tls;
  }
}
