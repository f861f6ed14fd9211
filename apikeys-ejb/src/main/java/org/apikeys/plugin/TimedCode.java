package org.apikeys.plugin;

import java.lang.reflect.InvocationTargetException;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Runs code of a plugin in a thread of its own and waits no longer than allowed. Java can't stop a
 * thread: one that goes on is left behind, and does not keep the process from ending.
 */
final class TimedCode {
  private static final int LONGEST_REASON = 300;

  private TimedCode() {}

  /** What the code answers; refused when it throws or takes too long. */
  static <T> T call(String name, Duration limit, Callable<T> code) throws PluginRefused {
    CompletableFuture<T> answer = new CompletableFuture<>();
    Thread thread =
        new Thread(
            () -> {
              try {
                answer.complete(code.call());
              } catch (PluginRefused e) {
                answer.completeExceptionally(e);
              } catch (Throwable e) {
                // told here, since a message may be code of the plugin as well
                answer.completeExceptionally(new PluginRefused(told(e)));
              }
            },
            "plugin " + name);
    thread.setDaemon(true);
    thread.setContextClassLoader(null);
    thread.start();
    try {
      return answer.get(limit.toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException e) {
      throw e.getCause() instanceof PluginRefused refused
          ? refused
          : new PluginRefused("its code fails");
    } catch (TimeoutException e) {
      thread.interrupt();
      throw new PluginRefused("its code took longer than " + limit + " and was given up");
    } catch (InterruptedException e) {
      thread.interrupt();
      Thread.currentThread().interrupt();
      throw new PluginRefused("loading it was interrupted");
    }
  }

  /** What a failure is called, in one line: what was thrown in the plugin's code, not around it. */
  static String told(Throwable thrown) {
    Throwable failure = inside(thrown);
    String message;
    try {
      message = failure.getMessage();
    } catch (Throwable e) {
      message = null;
    }
    String text =
        failure instanceof IllegalArgumentException && message != null
            ? message
            : "its code throws " + failure.getClass().getName() + ": " + message;
    String clean = text.replaceAll("\\p{Cntrl}", " ");
    return clean.length() > LONGEST_REASON ? clean.substring(0, LONGEST_REASON) + "…" : clean;
  }

  private static Throwable inside(Throwable thrown) {
    boolean around =
        thrown instanceof InvocationTargetException
            || thrown instanceof ExceptionInInitializerError;
    Throwable cause = around ? thrown.getCause() : null;
    return cause == null ? thrown : inside(cause);
  }
}
