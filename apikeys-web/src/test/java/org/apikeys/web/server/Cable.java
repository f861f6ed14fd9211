package org.apikeys.web.server;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/** The way between a client and a server, which a test can cut, block, slow down and mend. */
public final class Cable implements AutoCloseable {
  private static final int PIECE = 16_384;

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
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition unblocked = lock.newCondition();
  private volatile boolean cut;
  private volatile boolean blocked;
  private volatile Duration delay = Duration.ZERO;

  /** To this port of loopback. */
  public Cable(int target) {
    this.target = target;
    try {
      entry = new ServerSocket(0, 200, InetAddress.getLoopbackAddress());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    threads.execute(this::accept);
  }

  public int port() {
    return entry.getLocalPort();
  }

  public URI uri() {
    return URI.create("http://127.0.0.1:" + port());
  }

  /** Breaks every connection, and lets none be made. */
  public void cut() {
    cut = true;
    breakAll();
  }

  /** Breaks every connection; new ones can be made. */
  public void breakAll() {
    sockets.forEach(Cable::close);
    sockets.clear();
  }

  /** Connections are made and stay, and nothing passes: the other side hangs. */
  public void block() {
    blocked = true;
  }

  /** What passes takes so long, in each direction. */
  public void slow(Duration time) {
    delay = time;
  }

  /** All is well again; what waited goes on. */
  public void mend() {
    cut = false;
    delay = Duration.ZERO;
    lock.lock();
    try {
      blocked = false;
      unblocked.signalAll();
    } finally {
      lock.unlock();
    }
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
    byte[] piece = new byte[PIECE];
    try (InputStream in = from.getInputStream();
        OutputStream out = to.getOutputStream()) {
      for (int n = in.read(piece); n >= 0; n = in.read(piece)) {
        hold();
        out.write(piece, 0, n);
      }
    } catch (IOException e) {
      // cut
      sockets.remove(from);
    } finally {
      close(from);
      close(to);
      sockets.remove(from);
      sockets.remove(to);
    }
  }

  private void hold() throws IOException {
    try {
      if (!delay.isZero()) {
        Thread.sleep(delay.toMillis());
      }
      lock.lock();
      try {
        while (blocked) {
          unblocked.await();
        }
      } finally {
        lock.unlock();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("the end of the test", e);
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
