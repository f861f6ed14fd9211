package org.apikeys.web.cluster;

import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.net.http.HttpConnectTimeoutException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import org.apikeys.web.server.Answer;
import org.apikeys.web.server.Api;
import org.apikeys.web.server.Eventually;

/**
 * Does what every load balancer does: asks nodes whether they are ready, sends calls to those that
 * are, and tries another one when a connection is refused or the answer is 503.
 */
final class Balancer implements AutoCloseable {
  private static final long ASKED_EVERY_MILLIS = 100;

  private final List<Api> nodes;
  private final ConcurrentHashMap<Api, Boolean> ready = new ConcurrentHashMap<>();
  private final List<Thread> threads = new ArrayList<>();
  private volatile boolean stopped;

  Balancer(List<Api> nodes) {
    this.nodes = List.copyOf(nodes);
    for (Api node : nodes) {
      Thread thread = new Thread(() -> watch(node), "asks whether a node is ready");
      thread.setDaemon(true);
      thread.start();
      threads.add(thread);
    }
  }

  private void watch(Api node) {
    while (!stopped) {
      ready.put(node, isReady(node));
      Eventually.pause(ASKED_EVERY_MILLIS);
    }
  }

  private static boolean isReady(Api node) {
    try {
      return node.get("/health/ready").status() == 200;
    } catch (UncheckedIOException e) {
      return false;
    }
  }

  boolean isUp(Api node) {
    return Boolean.TRUE.equals(ready.get(node));
  }

  /**
   * Makes a call.
   *
   * @param number whose turn it is
   * @return the answer of the first node that takes it
   */
  Answer call(int number, Function<Api, Answer> call) {
    Answer refused = null;
    for (int i = 0; i < nodes.size(); i++) {
      Api node = nodes.get((number + i) % nodes.size());
      if (!isUp(node)) {
        continue;
      }
      try {
        Answer answer = call.apply(node);
        if (answer.status() != 503) {
          return answer;
        }
        refused = answer;
      } catch (UncheckedIOException e) {
        boolean neverArrived =
            e.getCause() instanceof ConnectException
                || e.getCause() instanceof HttpConnectTimeoutException;
        if (!neverArrived) {
          throw e;
        }
      }
    }
    if (refused == null) {
      throw new IllegalStateException("no node takes calls");
    }
    return refused;
  }

  @Override
  public void close() {
    stopped = true;
    for (Thread thread : threads) {
      try {
        thread.join();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
