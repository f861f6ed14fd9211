package org.apikeys.alert;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.util.LinkedHashSet;
import java.util.Objects;
import java.util.Set;
import org.apikeys.api.alert.AlertKind;
import org.apikeys.api.alert.Concern;
import org.jspecify.annotations.Nullable;

/**
 * Says how a concern is told, and what is done about it: as its rule says. Without one, mail is for
 * what somebody should look at today, and nothing is done.
 */
@ApplicationScoped
class Routing {
  private final RuleBook rules;

  @Inject
  Routing(RuleBook rules) {
    this.rules = rules;
  }

  @SuppressWarnings("NullAway")
  protected Routing() {
    rules = null;
  }

  Route of(Concern concern, @Nullable Long ruleId) {
    RuleView rule = ruleId == null ? null : rules.byId(ruleId).orElse(null);
    return rule == null ? standard(concern) : byRule(concern, rule.definition());
  }

  private static Route byRule(Concern concern, RuleDefinition rule) {
    Set<String> channels = new LinkedHashSet<>();
    for (String route : Objects.requireNonNull(rule.routes())) {
      channels.add(String.valueOf(route));
    }
    boolean threshold = concern.kind() == AlertKind.THRESHOLD;
    return new Route(
        threshold ? String.valueOf(rule.name()) : concern.kind().title(),
        channels,
        rule.answerToAlerts());
  }

  private static Route standard(Concern concern) {
    return new Route(
        concern.kind().title(), Set.copyOf(Route.standard(concern.severity())), Answer.NONE);
  }
}
