package org.apikeys.web.server;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A request written byte for byte, for what no well-behaved client sends: a path with a backslash,
 * a header given twice, a body that never comes.
 */
public final class RawRequest {
  private static final int TIMEOUT_MILLIS = 30_000;
  private static final String END_OF_HEADERS = "\r\n\r\n";

  private final URI root;
  private final StringBuilder head = new StringBuilder();
  private final String line;
  private @Nullable String from;

  private RawRequest(URI root, String line) {
    this.root = root;
    this.line = line;
    head.append(line).append(" HTTP/1.1\r\n");
    header("Host", root.getAuthority());
    header("Connection", "close");
  }

  /** A request with this method and this request target, as they are. */
  public static RawRequest of(URI root, String method, String target) {
    return new RawRequest(root, method + " " + target);
  }

  public RawRequest header(String name, String value) {
    head.append(name).append(": ").append(value).append("\r\n");
    return this;
  }

  /** From another address of this machine, such as 127.0.0.2. */
  public RawRequest from(String address) {
    from = address;
    return this;
  }

  /** Sends it without a body. */
  public Answer send() {
    return send(new byte[0]);
  }

  /** Sends it with a body; {@code Content-Length} is set by it. */
  public Answer send(byte[] body) {
    if (body.length > 0) {
      header("Content-Length", String.valueOf(body.length));
    }
    return sendAsIs(body);
  }

  /** Sends it with what follows the headers, which the test has framed itself. */
  public Answer sendAsIs(byte[] body) {
    head.append("\r\n");
    try (Socket socket = connect()) {
      socket.setSoTimeout(TIMEOUT_MILLIS);
      socket.getOutputStream().write(head.toString().getBytes(StandardCharsets.UTF_8));
      try {
        socket.getOutputStream().write(body);
        socket.getOutputStream().flush();
      } catch (IOException e) {
        // A server may refuse a body before it has read it; its answer is still to be read.
      }
      return parse(readAll(socket.getInputStream()));
    } catch (IOException e) {
      throw new UncheckedIOException(line, e);
    }
  }

  private Socket connect() throws IOException {
    return from == null
        ? new Socket(root.getHost(), root.getPort())
        : new Socket(root.getHost(), root.getPort(), InetAddress.getByName(from), 0);
  }

  private static byte[] readAll(InputStream in) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    byte[] buffer = new byte[8192];
    try {
      for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
        bytes.write(buffer, 0, n);
      }
    } catch (IOException e) {
      if (bytes.size() == 0) {
        throw e;
      }
    }
    return bytes.toByteArray();
  }

  private Answer parse(byte[] bytes) {
    String all = withoutInterim(new String(bytes, StandardCharsets.ISO_8859_1));
    int end = all.indexOf(END_OF_HEADERS);
    if (end < 0) {
      throw new AssertionError(line + " was answered with no HTTP answer: " + all);
    }
    List<String> lines = all.substring(0, end).lines().toList();
    Map<String, List<String>> headers = new LinkedHashMap<>();
    for (String header : lines.subList(1, lines.size())) {
      int colon = header.indexOf(':');
      headers
          .computeIfAbsent(
              header.substring(0, colon).toLowerCase(Locale.ROOT), name -> new ArrayList<>())
          .add(header.substring(colon + 1).trim());
    }
    String body = all.substring(end + END_OF_HEADERS.length());
    if (headers.getOrDefault("transfer-encoding", List.of()).contains("chunked")) {
      body = unchunk(body);
    }
    String decoded = new String(body.getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8);
    int status = Integer.parseInt(lines.get(0).substring(9, 12));
    return new Answer(line, status, headers, decoded);
  }

  /** An answer may come after any number of interim ones (RFC 9110, 15.2). */
  private static String withoutInterim(String all) {
    String rest = all;
    while (rest.startsWith("HTTP/1.1 1") && rest.contains(END_OF_HEADERS)) {
      rest = rest.substring(rest.indexOf(END_OF_HEADERS) + END_OF_HEADERS.length());
    }
    return rest;
  }

  private static String unchunk(String body) {
    StringBuilder whole = new StringBuilder();
    int at = 0;
    while (at < body.length()) {
      int eol = body.indexOf("\r\n", at);
      if (eol < 0) {
        break;
      }
      int size = Integer.parseInt(body.substring(at, eol).trim(), 16);
      if (size == 0) {
        break;
      }
      whole.append(body, eol + 2, Math.min(body.length(), eol + 2 + size));
      at = eol + 2 + size + 2;
    }
    return whole.toString();
  }
}
