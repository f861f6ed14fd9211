package org.apikeys.web.console;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/**
 * Hands a {@link Browser} to the constructor of a class, or to a test, and closes it afterwards;
 * skips that class or test, with one line, where there is no Chromium.
 */
@Target({ElementType.TYPE, ElementType.METHOD})
@Retention(RetentionPolicy.RUNTIME)
@ExtendWith(NeedsChromium.Chromium.class)
@interface NeedsChromium {
  /** The browser that the system has. */
  final class Chromium implements ExecutionCondition, ParameterResolver {
    private static final Namespace SPACE = Namespace.create(NeedsChromium.class);
    private static final List<String> PLACES =
        List.of("/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome");

    static Optional<Path> path() {
      return PLACES.stream().map(Path::of).filter(Files::isExecutable).findFirst();
    }

    @Override
    public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
      if (path().isPresent()) {
        return ConditionEvaluationResult.enabled("there is a browser");
      }
      System.out.println(context.getDisplayName() + " is skipped: there is no Chromium.");
      return ConditionEvaluationResult.disabled("there is no Chromium");
    }

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
      return parameter.getParameter().getType() == Browser.class;
    }

    /** One for the class or the test that asks, whose end closes what is in its store. */
    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
      return context
          .getStore(SPACE)
          .getOrComputeIfAbsent(Browser.class, type -> new Browser(), Browser.class);
    }
  }
}
