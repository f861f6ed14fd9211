package org.apikeys.setting;

import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Says in one line of the log why the server does not start. Servers tell it as well, somewhere in
 * hundreds of lines of traces, or without its message.
 */
public final class RefusedStart {
  private static final System.Logger LOG = System.getLogger(RefusedStart.class.getName());
  private static @Nullable String told;

  /** A step of the start, which a wrong setting or a store that can't be used may end. */
  @FunctionalInterface
  public interface Step<T, E extends Exception> {
    T take() throws E;
  }

  private RefusedStart() {}

  /** What the step yields; if it refuses, the log says why before the failure goes on. */
  public static <T, E extends Exception> T telling(Step<T, E> step) throws E {
    try {
      return step.take();
    } catch (RuntimeException e) {
      tell(e);
      throw e;
    }
  }

  /** Takes a step that yields nothing. */
  public static void telling(Runnable step) {
    telling(
        () -> {
          step.run();
          return true;
        });
  }

  /** Tells why; the same reason once, however often the server tries. */
  public static synchronized void tell(Throwable why) {
    String reason = reason(why);
    if (!reason.equals(told)) {
      LOG.log(System.Logger.Level.ERROR, "The application does not start: {0}", reason);
      told = reason;
    }
  }

  /** What the failure and its causes say, each once, their first lines alone. */
  static String reason(Throwable why) {
    List<String> said = new ArrayList<>();
    Set<Throwable> seen = Collections.newSetFromMap(new IdentityHashMap<>());
    for (Throwable one = why; one != null && seen.add(one); one = one.getCause()) {
      String message = one.getMessage();
      Throwable cause = one.getCause();
      boolean repeatsItsCause = cause != null && cause.toString().equals(message);
      if (message != null && !message.isBlank() && !repeatsItsCause) {
        String line = message.strip().lines().findFirst().orElse("");
        if (said.stream().noneMatch(before -> before.contains(line))) {
          said.add(line);
        }
      }
    }
    return said.isEmpty() ? why.getClass().getName() : String.join(" / ", said);
  }
}
