package org.apikeys.alert;

import jakarta.enterprise.context.ApplicationScoped;
import java.util.Set;
import org.apikeys.api.alert.Concern;
import org.apikeys.api.alert.Severity;
import org.jspecify.annotations.Nullable;

/** Says how a concern is told: mail is for what somebody should look at today. */
@ApplicationScoped
class Routing {
  Route of(Concern concern, @Nullable Long ruleId) {
    Set<String> channels =
        concern.severity() == Severity.INFO
            ? Set.of(Route.CONSOLE, Route.WEBHOOK)
            : Set.of(Route.CONSOLE, Route.MAIL, Route.WEBHOOK);
    return new Route(concern.kind().title(), channels, Answer.NONE);
  }
}
