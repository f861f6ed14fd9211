package org.apikeys.web.engine;

import jakarta.inject.Inject;
import jakarta.servlet.ServletContextEvent;
import jakarta.servlet.ServletContextListener;
import jakarta.servlet.annotation.WebListener;
import org.apikeys.setting.Settings;
import org.eclipse.microprofile.metrics.Metadata;
import org.eclipse.microprofile.metrics.MetricRegistry;
import org.jspecify.annotations.Nullable;

/** Puts the hot paths in front of the Servlet container, and takes them away again. */
@WebListener
public class HotListener implements ServletContextListener {
  private static final System.Logger LOG = System.getLogger(HotListener.class.getName());

  private final HotCalls calls;
  private final Settings settings;
  private final MetricRegistry registry;

  /** Of a type that every server has: the class behind it needs the engine's own. */
  private volatile @Nullable AutoCloseable engines;

  @Inject
  public HotListener(HotCalls calls, Settings settings, MetricRegistry registry) {
    this.calls = calls;
    this.settings = settings;
    this.registry = registry;
  }

  @Override
  public void contextInitialized(ServletContextEvent event) {
    try {
      Engines.allowBodies(event.getServletContext());
      if (settings.answeredBy() == Settings.AnsweredBy.ENGINE) {
        engines = Engines.take(event.getServletContext(), calls);
      }
    } catch (ReflectiveOperationException | LinkageError | RuntimeException e) {
      // another server, or another version of it: its Servlets answer as well
      LOG.log(
          System.Logger.Level.INFO,
          "Verifications are answered by Servlets: this server has no HTTP engine that is"
              + " known ({0}).",
          e.toString());
    }
    registry.gauge(
        Metadata.builder()
            .withName("apikeys_engine_answers")
            .withDescription(
                "1 where verifications are answered in front of the Servlet container, else 0")
            .build(),
        () -> engines == null ? 0 : 1);
  }

  @Override
  public void contextDestroyed(ServletContextEvent event) {
    AutoCloseable taken = engines;
    try {
      if (taken != null) {
        taken.close();
      }
    } catch (Exception e) {
      LOG.log(System.Logger.Level.WARNING, "The HTTP engine was not given back.", e);
    }
  }
}
