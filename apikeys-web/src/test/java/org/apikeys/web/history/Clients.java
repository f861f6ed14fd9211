package org.apikeys.web.history;

import java.net.ConnectException;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.apikeys.web.server.Answer;

/** Threads that do something again and again, until it is enough. */
final class Clients implements AutoCloseable {
  private final List<Thread> threads = new ArrayList<>();
  private final Queue<Throwable> failures = new ConcurrentLinkedQueue<>();
  private volatile boolean enough;

  /** One thread more. */
  void begin(Runnable work) {
    Thread thread = new Thread(() -> repeat(work), "client " + threads.size());
    thread.setDaemon(true);
    threads.add(thread);
    thread.start();
  }

  private void repeat(Runnable work) {
    try {
      while (!enough) {
        work.run();
      }
    } catch (RuntimeException | Error e) {
      failures.add(e);
    }
  }

  /** Whether a call that failed may have reached a server: not when there was no connection. */
  static boolean mayHaveBeenHeard(RuntimeException failure) {
    return !(failure.getCause() instanceof ConnectException);
  }

  /** Whether nobody answers yet: the server is there, and the application is not. */
  static boolean isTooEarly(Answer answer) {
    return !answer.header("content-type").orElse("").contains("json");
  }

  /**
   * Ends the test when a client has seen what it did not expect.
   *
   * @throws IllegalStateException which is not waited on
   */
  void requireWell() {
    Throwable failure = failures.peek();
    if (failure != null) {
      throw new IllegalStateException("A client saw what it did not expect", failure);
    }
  }

  /** Waits until each has ended what it does. */
  @Override
  public void close() {
    enough = true;
    try {
      for (Thread thread : threads) {
        thread.join();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
