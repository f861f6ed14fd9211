package org.apikeys.audit;

import java.io.IOException;
import java.io.OutputStream;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Base64;
import java.util.Objects;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;
import org.apikeys.api.audit.Checkpoint;

/**
 * A syslog server (RFC 5424): by datagrams (RFC 5426), by a stream with counted octets (RFC 6587),
 * or by TLS (RFC 5425). The message has the whole signed note in base64.
 */
final class SyslogAnchor implements Anchor {
  /** Facility 13, log audit; severity 6, informational. */
  private static final int PRIORITY = 13 * 8 + 6;

  private static final int TIMEOUT_MILLIS = 5_000;

  private final URI server;
  private final SSLSocketFactory trusted;

  /**
   * A server as {@code udp://host:port}, {@code tcp://host:port} or {@code tls://host:port}.
   *
   * @param trusted knows which certificates of a {@code tls} server to believe
   */
  SyslogAnchor(URI server, SSLSocketFactory trusted) {
    this.server = server;
    this.trusted = trusted;
  }

  @Override
  public String name() {
    return "syslog " + server;
  }

  @Override
  public void put(Checkpoint checkpoint, String note, Instant now) throws IOException {
    byte[] message = message(checkpoint, note, now).getBytes(StandardCharsets.UTF_8);
    InetSocketAddress address =
        new InetSocketAddress(Objects.requireNonNull(server.getHost()), server.getPort());
    if (address.isUnresolved()) {
      throw new UnknownHostException(server.getHost());
    }
    if ("udp".equals(server.getScheme())) {
      try (DatagramSocket socket = new DatagramSocket()) {
        socket.send(new DatagramPacket(message, message.length, address));
      }
      return;
    }
    try (Socket socket = new Socket()) {
      socket.connect(address, TIMEOUT_MILLIS);
      socket.setSoTimeout(TIMEOUT_MILLIS);
      if ("tls".equals(server.getScheme())) {
        try (Socket secure = secured(socket)) {
          send(secure, message);
        }
      } else {
        send(socket, message);
      }
    }
  }

  private Socket secured(Socket socket) throws IOException {
    SSLSocket secure =
        (SSLSocket) trusted.createSocket(socket, server.getHost(), server.getPort(), true);
    SSLParameters parameters = secure.getSSLParameters();
    parameters.setEndpointIdentificationAlgorithm("HTTPS");
    secure.setSSLParameters(parameters);
    return secure;
  }

  private static void send(Socket socket, byte[] message) throws IOException {
    OutputStream out = socket.getOutputStream();
    out.write((message.length + " ").getBytes(StandardCharsets.US_ASCII));
    out.write(message);
    out.flush();
  }

  static String message(Checkpoint checkpoint, String note, Instant now) {
    return "<"
        + (PRIORITY + ">1 " + now + " " + host() + " apikeys - checkpoint - ")
        + ("audit log " + checkpoint.origin() + " size=" + checkpoint.size())
        + (" root=" + checkpoint.root().base64() + " note=")
        + Base64.getEncoder().encodeToString(note.getBytes(StandardCharsets.UTF_8));
  }

  private static String host() {
    try {
      String name = InetAddress.getLocalHost().getHostName();
      return name.matches("[!-~]{1,255}") ? name : "-";
    } catch (UnknownHostException e) {
      return "-";
    }
  }
}
