package org.apikeys.web.engine;

import jakarta.inject.Inject;
import jakarta.servlet.ServletContext;
import jakarta.servlet.ServletContextEvent;
import jakarta.servlet.ServletContextListener;
import jakarta.servlet.annotation.WebListener;
import org.apikeys.setting.Settings;

/** Puts the hot paths in front of the Servlet container, and takes them away again. */
@WebListener
public class HotListener implements ServletContextListener {
  private static final System.Logger LOG = System.getLogger(HotListener.class.getName());

  private final HotCalls calls;
  private final Settings settings;
  private AutoCloseable engines = () -> {};

  @Inject
  public HotListener(HotCalls calls, Settings settings) {
    this.calls = calls;
    this.settings = settings;
  }

  @Override
  public void contextInitialized(ServletContextEvent event) {
    if (settings.answeredBy() == Settings.AnsweredBy.SERVLETS) {
      return;
    }
    ServletContext application = event.getServletContext();
    try {
      engines = Engines.take(application, calls);
    } catch (ReflectiveOperationException | LinkageError | RuntimeException e) {
      // another server, or another version of it: its Servlets answer as well
      LOG.log(
          System.Logger.Level.INFO,
          "Verifications are answered by Servlets: the HTTP engine of this server is not known"
              + " ({0}).",
          e.toString());
    }
  }

  @Override
  public void contextDestroyed(ServletContextEvent event) {
    try {
      engines.close();
    } catch (Exception e) {
      LOG.log(System.Logger.Level.WARNING, "The HTTP engine was not given back.", e);
    }
  }
}
