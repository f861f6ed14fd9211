package org.apikeys.web.fault;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.apikeys.web.server.Eventually;

/** Connections that are opened and kept, and that say little or nothing. */
final class Crowd implements AutoCloseable {
  private final List<SocketChannel> connections = new ArrayList<>();
  private volatile boolean gone;

  /** So many, each of which says this at once. */
  Crowd(URI server, int number, String first) {
    try {
      for (int i = 0; i < number; i++) {
        SocketChannel connection =
            SocketChannel.open(new InetSocketAddress(server.getHost(), server.getPort()));
        connections.add(connection);
        connection.write(ByteBuffer.wrap(first.getBytes(StandardCharsets.US_ASCII)));
        connection.configureBlocking(false);
      }
    } catch (IOException e) {
      close();
      throw new UncheckedIOException(connections.size() + " connections were made", e);
    }
  }

  /** Each says a little more every second. */
  void dribble(String more) {
    byte[] bytes = more.getBytes(StandardCharsets.US_ASCII);
    Thread thread =
        new Thread(
            () -> {
              while (!gone) {
                Eventually.pause(1_000);
                connections.forEach(connection -> say(connection, bytes));
              }
            },
            "crowd");
    thread.setDaemon(true);
    thread.start();
  }

  private static boolean say(SocketChannel connection, byte[] more) {
    try {
      return connection.write(ByteBuffer.wrap(more)) > 0;
    } catch (IOException e) {
      // the server has had enough of this one
      return false;
    }
  }

  /** How many of them the server has not closed. */
  long open() {
    ByteBuffer any = ByteBuffer.allocate(8192);
    return connections.stream()
        .filter(
            connection -> {
              try {
                any.clear();
                return connection.read(any) >= 0;
              } catch (IOException e) {
                return false;
              }
            })
        .count();
  }

  @Override
  public void close() {
    gone = true;
    for (SocketChannel connection : connections) {
      try {
        connection.close();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
