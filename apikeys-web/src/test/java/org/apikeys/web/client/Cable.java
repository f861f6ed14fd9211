package org.apikeys.web.client;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** The way between a client and a server, which a test can cut and mend. */
final class Cable implements AutoCloseable {
  private final ServerSocket entry;
  private final int target;
  private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
  private final ExecutorService threads =
      Executors.newCachedThreadPool(
          work -> {
            Thread thread = new Thread(work, "cable");
            thread.setDaemon(true);
            return thread;
          });
  private volatile boolean cut;

  Cable(int target) {
    this.target = target;
    try {
      entry = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    threads.execute(this::accept);
  }

  URI uri() {
    return URI.create("http://127.0.0.1:" + entry.getLocalPort());
  }

  /** Breaks every connection, and lets none be made. */
  void cut() {
    cut = true;
    sockets.forEach(Cable::close);
    sockets.clear();
  }

  void mend() {
    cut = false;
  }

  private void accept() {
    while (!entry.isClosed()) {
      try {
        connect(entry.accept());
      } catch (IOException e) {
        // a connection that was cut, or the end of the test: wait for the next
        Thread.onSpinWait();
      }
    }
  }

  private void connect(Socket client) throws IOException {
    if (cut) {
      client.close();
      return;
    }
    Socket server = new Socket(InetAddress.getLoopbackAddress(), target);
    sockets.add(client);
    sockets.add(server);
    threads.execute(() -> pump(client, server));
    threads.execute(() -> pump(server, client));
  }

  private void pump(Socket from, Socket to) {
    try (InputStream in = from.getInputStream();
        OutputStream out = to.getOutputStream()) {
      in.transferTo(out);
    } catch (IOException e) {
      // cut
      sockets.remove(from);
    } finally {
      close(from);
      close(to);
    }
  }

  private static void close(Socket socket) {
    try {
      socket.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() throws IOException {
    cut();
    entry.close();
    threads.shutdownNow();
  }
}
