package org.apikeys.start;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandleProxies;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Does the last work before the process begins to stop. Shutdown hooks run beside each other, so
 * that one of ours finds the container's pool closed when the server's own was quicker; a signal is
 * handled before any of them.
 *
 * <p>The JDK offers signals in {@code jdk.unsupported} alone, whose use javac always warns of:
 * hence the method handles. Where there is no such module, or the settings of the machine ({@code
 * -Xrs}) keep signals from programs, the shutdown hook is what remains.
 */
final class StopSignal {
  private static final System.Logger LOG = System.getLogger(StopSignal.class.getName());

  /** What service managers and container runtimes send, and what Ctrl-C sends. */
  private static final String[] NAMES = {"TERM", "INT"};

  private static final Duration LONGEST_STOP = Duration.ofSeconds(25);

  /** What a process ends with that was stopped by SIGTERM: 128 and the number of the signal. */
  private static final int STOPPED = 143;

  private final Runnable lastWork;
  private final ClassLoader loader = Thread.currentThread().getContextClassLoader();

  /** Who handled each signal before us, and does so after us. */
  private final Map<Object, Object> before = new ConcurrentHashMap<>();

  StopSignal(Runnable lastWork) {
    this.lastWork = lastWork;
  }

  /** Listens from now on. */
  void listen() {
    for (String name : NAMES) {
      try {
        Signals signals = Signals.find();
        Object signal = signals.create.invoke(name);
        MethodHandle heard =
            MethodHandles.lookup()
                .bind(this, "heard", MethodType.methodType(void.class, Signals.class, Object.class))
                .bindTo(signals)
                .asType(MethodType.methodType(void.class, signals.type));
        Object ours = MethodHandleProxies.asInterfaceInstance(signals.handlerType, heard);
        before.put(signal, signals.handle.invoke(signal, ours));
      } catch (Throwable e) {
        rethrow(e);
        LOG.log(
            System.Logger.Level.WARNING,
            "The signal {0} can''t be heard, so that a stop may lose the last second's counts: {1}",
            name,
            e.toString());
      }
    }
  }

  /** Gives the signals back to who had them. */
  void ignore() {
    before.forEach(
        (signal, handler) -> {
          try {
            Signals.find().handle.invoke(signal, handler);
          } catch (Throwable e) {
            rethrow(e);
            LOG.log(
                System.Logger.Level.WARNING, "A signal can''t be given back: {0}", e.toString());
          }
        });
    before.clear();
  }

  /**
   * Everything is written by now: whatever in the server does not come to an end is not waited for
   * longer than those who stop it wait as a rule.
   */
  private static void limitTheStop() {
    Thread limit =
        new Thread(
            () -> {
              try {
                Thread.sleep(LONGEST_STOP.toMillis());
                Runtime.getRuntime().halt(STOPPED);
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              }
            },
            "apikeys-stop-limit");
    limit.setDaemon(true);
    limit.start();
  }

  void heard(Signals signals, Object signal) throws Throwable {
    Thread.currentThread().setContextClassLoader(loader);
    Object next = before.get(signal);
    try {
      lastWork.run();
    } finally {
      limitTheStop();
      if (next != null) {
        signals.pass.invoke(next, signal);
      }
    }
  }

  private static void rethrow(Throwable e) {
    if (e instanceof Error error) {
      throw error;
    }
  }

  /** The JDK's signals. */
  private record Signals(
      Class<?> type,
      Class<?> handlerType,
      MethodHandle create,
      MethodHandle handle,
      MethodHandle pass) {
    static Signals find() throws ReflectiveOperationException {
      Class<?> type = Class.forName("sun.misc.Signal");
      Class<?> handler = Class.forName("sun.misc.SignalHandler");
      MethodHandles.Lookup lookup = MethodHandles.publicLookup();
      return new Signals(
          type,
          handler,
          lookup.findConstructor(type, MethodType.methodType(void.class, String.class)),
          lookup.findStatic(type, "handle", MethodType.methodType(handler, type, handler)),
          lookup.findVirtual(handler, "handle", MethodType.methodType(void.class, type)));
    }
  }
}
