package org.apikeys.plugin;

import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * The code of one loaded plugin that is called after it was loaded. It runs in threads of the
 * plugin's own, so that code that never ends holds up no other plugin and nobody who calls for
 * longer than the limit. Once it has failed it is not called again: the plugin is quarantined.
 */
final class PluginCode {
  private static final int MOST_THREADS = 64;
  private static final long IDLE_SECONDS = 10;

  private final String plugin;
  private final Duration limit;
  private final ThreadPoolExecutor threads;
  private volatile @Nullable String failure;

  PluginCode(String plugin, Duration limit) {
    this.plugin = plugin;
    this.limit = limit;
    threads =
        new ThreadPoolExecutor(
            0,
            MOST_THREADS,
            IDLE_SECONDS,
            TimeUnit.SECONDS,
            new SynchronousQueue<>(),
            PluginCode::thread);
  }

  private static Thread thread(Runnable work) {
    // nothing of the request that happened to need a thread goes with it
    Thread thread = new Thread(null, work, "plugin check", 0, false);
    thread.setDaemon(true);
    thread.setContextClassLoader(null);
    return thread;
  }

  /** What went wrong with it; null when nothing has. */
  @Nullable String failure() {
    return failure;
  }

  /** What the code answers; refused when it can't be had, and the plugin has failed perhaps. */
  <T> T call(Callable<@Nullable T> code) throws PluginRefused {
    String before = failure;
    if (before != null) {
      throw new PluginRefused(before);
    }
    Future<@Nullable T> answer;
    try {
      answer = threads.submit(() -> guarded(code));
    } catch (RejectedExecutionException e) {
      throw new PluginRefused("all threads of the plugin " + plugin + " are busy");
    }
    try {
      return Objects.requireNonNull(await(answer));
    } catch (ExecutionException | NullPointerException e) {
      String reason =
          e.getCause() instanceof PluginRefused refused ? refused.reason() : "it answers nothing";
      throw failed(reason);
    } catch (TimeoutException e) {
      answer.cancel(true);
      throw failed("its check took longer than " + limit + " and was given up");
    } catch (InterruptedException e) {
      answer.cancel(true);
      Thread.currentThread().interrupt();
      throw new PluginRefused("the call was interrupted");
    }
  }

  private static <T> @Nullable T guarded(Callable<@Nullable T> code) throws PluginRefused {
    try {
      return code.call();
    } catch (Throwable e) {
      // told here, since a message may be code of the plugin as well
      throw new PluginRefused(TimedCode.told(e));
    }
  }

  /** A pause of the whole machine may pass during one limit, and hardly during the next as well. */
  private <T> @Nullable T await(Future<@Nullable T> answer)
      throws ExecutionException, InterruptedException, TimeoutException {
    try {
      return answer.get(limit.toNanos(), TimeUnit.NANOSECONDS);
    } catch (TimeoutException e) {
      return answer.get(limit.toNanos(), TimeUnit.NANOSECONDS);
    }
  }

  private PluginRefused failed(String reason) {
    failure = reason;
    return new PluginRefused(reason);
  }
}
