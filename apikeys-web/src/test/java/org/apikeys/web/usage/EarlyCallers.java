package org.apikeys.web.usage;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.apikeys.web.server.Answer;
import org.apikeys.web.server.Api;
import org.apikeys.web.server.Eventually;

/**
 * Callers who ask for a thing all the time while the server starts. Before the application is there
 * the server answers by itself; what the application says is true from its first word.
 */
final class EarlyCallers implements AutoCloseable {
  private static final int CALLERS = 2;
  private static final Duration LIMIT = Duration.ofSeconds(10);
  private static final long BREATH_MILLIS = 4;
  private static final long NOBODY_THERE_MILLIS = 20;

  private final List<Thread> threads = new ArrayList<>();
  private final Queue<Answer> lies = new ConcurrentLinkedQueue<>();
  private volatile boolean wasRight;
  private volatile boolean enough;

  static EarlyCallers of(Api api, String path) {
    EarlyCallers callers = new EarlyCallers();
    for (int i = 0; i < CALLERS; i++) {
      Thread thread = new Thread(() -> callers.ask(api, path));
      callers.threads.add(thread);
      thread.start();
    }
    return callers;
  }

  private void ask(Api api, String path) {
    while (!enough) {
      try {
        Answer answer = api.get(path);
        if (answer.status() == 200) {
          wasRight = true;
        } else if (answer.status() != 503 && isOurs(answer)) {
          lies.add(answer);
        }
        Eventually.pause(BREATH_MILLIS);
      } catch (RuntimeException e) {
        Eventually.pause(NOBODY_THERE_MILLIS);
      }
    }
  }

  private static boolean isOurs(Answer answer) {
    return answer.header("content-type").orElse("").contains("json");
  }

  void requireNoLies() {
    assertThat(lies).as("what there is was denied").isEmpty();
    Eventually.within(LIMIT, () -> assertThat(wasRight).isTrue());
  }

  @Override
  public void close() {
    enough = true;
    for (Thread thread : threads) {
      try {
        thread.join();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
