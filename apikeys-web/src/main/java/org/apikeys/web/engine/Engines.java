package org.apikeys.web.engine;

import jakarta.servlet.ServletContext;
import java.lang.annotation.Annotation;
import java.util.ArrayList;
import java.util.List;
import org.glassfish.grizzly.http.server.HttpServerFilter;
import org.glassfish.grizzly.nio.NIOTransport;
import org.jspecify.annotations.Nullable;

/**
 * The HTTP engines of Payara that serve the application: those of its network listeners. Payara has
 * no public interface to them; what is called here are public methods of classes that its releases
 * keep, and where one is missing, nothing is changed.
 */
final class Engines implements AutoCloseable {
  private static final String GLOBALS = "org.glassfish.internal.api.Globals";
  private static final String SERVICE = "com.sun.enterprise.v3.services.impl.GrizzlyService";
  private static final String PROXY = "com.sun.enterprise.v3.services.impl.GrizzlyProxy";
  private static final String LISTENER = "org.glassfish.grizzly.config.dom.NetworkListener";
  private static final String HOST = "com.sun.enterprise.config.serverbeans.VirtualServer";

  private static final String ENGINE = "org.glassfish.grizzly.config.GenericGrizzlyListener";

  /**
   * What waits in memory for one client to read, beyond what the network holds: each small write of
   * a stream takes 8 KiB of memory there, whatever it has to say.
   */
  private static final int MOST_PENDING_BYTES = 64 * 1024;

  /** The host of the server's own administration. */
  private static final String ADMINISTRATION = "__asadmin";

  private final List<HttpServerFilter> taken = new ArrayList<>();

  /**
   * Lets GET, HEAD and DELETE come with a body, which means nothing. The engines would refuse them
   * by themselves, with an answer that has neither a request id nor a word about what was wrong.
   */
  static void allowBodies(ServletContext application) throws ReflectiveOperationException {
    for (Object engine : enginesOf(application)) {
      for (Object filter : filtersOf(engine, org.glassfish.grizzly.http.HttpServerFilter.class)) {
        ((org.glassfish.grizzly.http.HttpServerFilter) filter)
            .setAllowPayloadForUndefinedHttpMethods(true);
      }
    }
  }

  /** Puts the hot paths in front of whatever answers now; null where there is nothing to take. */
  static @Nullable AutoCloseable take(ServletContext application, HotCalls calls)
      throws ReflectiveOperationException {
    Engines engines = new Engines();
    for (Object engine : enginesOf(application)) {
      engines.take(engine, application.getContextPath(), calls);
    }
    return engines.taken.isEmpty() ? null : engines;
  }

  private static List<Object> enginesOf(ServletContext application)
      throws ReflectiveOperationException {
    List<String> ours = listenersOf(application.getVirtualServerName());
    Object service = service(SERVICE);
    List<Object> engines = new ArrayList<>();
    for (Object listener : services(LISTENER)) {
      if (ours.contains((String) call(listener, LISTENER, "getName"))) {
        Object proxy =
            load(SERVICE).getMethod("lookupNetworkProxy", load(LISTENER)).invoke(service, listener);
        if (load(PROXY).isInstance(proxy)) {
          engines.add(call(proxy, PROXY, "getUnderlyingListener"));
        }
      }
    }
    return engines;
  }

  private void take(Object engine, String contextPath, HotCalls calls)
      throws ReflectiveOperationException {
    bound((NIOTransport) call(engine, ENGINE, "getTransport"));
    for (Object filter : filtersOf(engine, HttpServerFilter.class)) {
      HttpServerFilter one = (HttpServerFilter) filter;
      // an engine names a filter again for each protocol that leads to it
      if (!taken.contains(one)) {
        one.setHttpHandler(new HotHandler(one.getHttpHandler(), contextPath, calls));
        taken.add(one);
      }
    }
  }

  private static List<?> filtersOf(Object engine, Class<?> type)
      throws ReflectiveOperationException {
    return (List<?>) load(ENGINE).getMethod("getFilters", Class.class).invoke(engine, type);
  }

  /**
   * Has whoever writes wait for a client that does not read, instead of memory that fills up: the
   * engine's own bound is four times the buffer of a connection, which has megabytes where the
   * client is near.
   */
  private static void bound(NIOTransport transport) {
    transport.getAsyncQueueIO().getWriter().setMaxPendingBytesPerConnection(MOST_PENDING_BYTES);
  }

  /**
   * The names of the listeners of our host. None when another host shares them: which host is
   * meant, the container alone finds out.
   */
  private static List<String> listenersOf(String host) throws ReflectiveOperationException {
    List<String> listeners = List.of();
    for (Object one : services(HOST)) {
      String id = (String) call(one, HOST, "getId");
      if (id.equals(host)) {
        listeners = List.of(((String) call(one, HOST, "getNetworkListeners")).split("[, ]+", -1));
      } else if (!id.equals(ADMINISTRATION)) {
        return List.of();
      }
    }
    return listeners;
  }

  private static Object service(String type) throws ReflectiveOperationException {
    return load(GLOBALS).getMethod("get", Class.class).invoke(null, load(type));
  }

  private static List<?> services(String type) throws ReflectiveOperationException {
    Object locator = load(GLOBALS).getMethod("getDefaultHabitat").invoke(null);
    return (List<?>)
        load("org.glassfish.hk2.api.ServiceLocator")
            .getMethod("getAllServices", Class.class, Annotation[].class)
            .invoke(locator, load(type), new Annotation[0]);
  }

  private static Object call(Object target, String type, String method)
      throws ReflectiveOperationException {
    return load(type).getMethod(method).invoke(target);
  }

  private static Class<?> load(String name) throws ClassNotFoundException {
    return Class.forName(name, false, HttpServerFilter.class.getClassLoader());
  }

  /** Gives the engines back; one that was set up anew meanwhile has forgotten us already. */
  @Override
  public void close() {
    for (HttpServerFilter filter : taken) {
      if (filter.getHttpHandler() instanceof HotHandler ours) {
        filter.setHttpHandler(ours.next());
      }
    }
    taken.clear();
  }
}
