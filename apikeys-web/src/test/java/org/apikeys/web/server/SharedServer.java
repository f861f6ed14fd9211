package org.apikeys.web.server;

import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/**
 * Hands a test class the one server that all of them share (embedded Derby, no setting but the
 * administrator's password), and an organization that is this class's own. The server starts with
 * the first test that asks for it and stops after the last.
 */
public final class SharedServer implements ParameterResolver {
  private static final Namespace SPACE = Namespace.create(SharedServer.class);

  /** What keeps the server from starting: no other test waits for it in vain. */
  private static final AtomicReference<RuntimeException> FAILURE = new AtomicReference<>();

  @Override
  public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
    Class<?> type = parameter.getParameter().getType();
    return type == RunningServer.class || type == Tenant.class;
  }

  @Override
  public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
    RunningServer server =
        context
            .getRoot()
            .getStore(SPACE)
            .getOrComputeIfAbsent(RunningServer.class, type -> start(), RunningServer.class);
    if (parameter.getParameter().getType() == RunningServer.class) {
      return server;
    }
    return context
        .getRoot()
        .getStore(SPACE)
        .getOrComputeIfAbsent(
            context.getRequiredTestClass(), type -> server.newTenant(), Tenant.class);
  }

  private static RunningServer start() {
    RuntimeException failure = FAILURE.get();
    if (failure != null) {
      throw failure;
    }
    try {
      return RunningServer.named("shared").start();
    } catch (RuntimeException e) {
      FAILURE.set(e);
      throw e;
    }
  }
}
