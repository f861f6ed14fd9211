package org.apikeys.web.access;

import jakarta.inject.Inject;
import jakarta.security.auth.message.AuthException;
import jakarta.security.auth.message.AuthStatus;
import jakarta.security.auth.message.MessageInfo;
import jakarta.security.auth.message.callback.CallerPrincipalCallback;
import jakarta.security.auth.message.config.AuthConfigFactory;
import jakarta.security.auth.message.config.AuthConfigProvider;
import jakarta.security.auth.message.config.ClientAuthConfig;
import jakarta.security.auth.message.config.ServerAuthConfig;
import jakarta.security.auth.message.config.ServerAuthContext;
import jakarta.servlet.ServletContext;
import jakarta.servlet.ServletContextEvent;
import jakarta.servlet.ServletContextListener;
import jakarta.servlet.annotation.WebListener;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.security.Principal;
import java.util.Map;
import javax.security.auth.Subject;
import javax.security.auth.callback.Callback;
import javax.security.auth.callback.CallbackHandler;
import javax.security.auth.callback.UnsupportedCallbackException;
import org.jspecify.annotations.Nullable;

/**
 * The short way to the hot paths. Jakarta Security looks the application's mechanism up by JNDI
 * before and after every call, which costs as much as a verification. Where a key calls a hot path,
 * this takes it at the level below (Jakarta Authentication), by the same {@link Admission};
 * everything else goes on to Jakarta Security.
 */
@WebListener
public class ShortWay implements ServletContextListener {
  private static final String LAYER = "HttpServlet";

  private final Admission admission;
  private @Nullable String registration;

  @Inject
  public ShortWay(Admission admission) {
    this.admission = admission;
  }

  @Override
  public void contextInitialized(ServletContextEvent event) {
    ServletContext application = event.getServletContext();
    String context = application.getVirtualServerName() + " " + application.getContextPath();
    AuthConfigFactory factory = AuthConfigFactory.getFactory();
    AuthConfigProvider security = factory.getConfigProvider(LAYER, context, null);
    if (security == null) {
      throw new IllegalStateException(
          "The server has not registered the application's authentication mechanism: it needs"
              + " Jakarta Security.");
    }
    registration =
        factory.registerConfigProvider(
            new Provider(security, admission), LAYER, context, "API keys on hot paths");
  }

  @Override
  public void contextDestroyed(ServletContextEvent event) {
    if (registration != null) {
      AuthConfigFactory.getFactory().removeRegistration(registration);
    }
  }

  private record Provider(AuthConfigProvider next, Admission admission)
      implements AuthConfigProvider {
    @Override
    public ServerAuthConfig getServerAuthConfig(
        String layer, String context, CallbackHandler handler) throws AuthException {
      return new Config(next.getServerAuthConfig(layer, context, handler), handler, admission);
    }

    @Override
    public ClientAuthConfig getClientAuthConfig(
        String layer, String context, CallbackHandler handler) throws AuthException {
      return next.getClientAuthConfig(layer, context, handler);
    }

    @Override
    public void refresh() {
      next.refresh();
    }
  }

  private record Config(ServerAuthConfig next, CallbackHandler handler, Admission admission)
      implements ServerAuthConfig {
    @Override
    @SuppressWarnings({"rawtypes", "unchecked"}) // as the interface has it
    public ServerAuthContext getAuthContext(String id, Subject service, Map properties)
        throws AuthException {
      return new Context(next.getAuthContext(id, service, properties), handler, admission);
    }

    @Override
    public String getMessageLayer() {
      return next.getMessageLayer();
    }

    @Override
    public String getAppContext() {
      return next.getAppContext();
    }

    @Override
    public String getAuthContextID(MessageInfo message) {
      return next.getAuthContextID(message);
    }

    @Override
    public void refresh() {
      next.refresh();
    }

    @Override
    public boolean isProtected() {
      return next.isProtected();
    }
  }

  private record Context(ServerAuthContext next, CallbackHandler handler, Admission admission)
      implements ServerAuthContext {
    @Override
    public AuthStatus validateRequest(MessageInfo message, Subject client, Subject service)
        throws AuthException {
      if (!isHot(message)) {
        return next.validateRequest(message, client, service);
      }
      try {
        return switch (admission.admit(
            (HttpServletRequest) message.getRequestMessage(),
            (HttpServletResponse) message.getResponseMessage())) {
          case TOKEN -> next.validateRequest(message, client, service);
          case REFUSED -> AuthStatus.SEND_FAILURE;
          case NOBODY, KEY -> asNobody(client);
        };
      } catch (IOException | UnsupportedCallbackException e) {
        AuthException failure = new AuthException("the call can't be authenticated");
        failure.initCause(e);
        throw failure;
      }
    }

    /** The container need not know who calls: no EJB asks it on a hot path. */
    private AuthStatus asNobody(Subject client) throws IOException, UnsupportedCallbackException {
      handler.handle(new Callback[] {new CallerPrincipalCallback(client, (Principal) null)});
      return AuthStatus.SUCCESS;
    }

    @Override
    public AuthStatus secureResponse(MessageInfo message, Subject service) throws AuthException {
      return isHot(message) ? AuthStatus.SEND_SUCCESS : next.secureResponse(message, service);
    }

    @Override
    public void cleanSubject(MessageInfo message, Subject subject) throws AuthException {
      next.cleanSubject(message, subject);
    }

    private static boolean isHot(MessageInfo message) {
      return message.getRequestMessage() instanceof HttpServletRequest request
          && HotPaths.contains(Admission.path(request));
    }
  }
}
