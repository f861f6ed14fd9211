package org.apikeys.alert;

import jakarta.enterprise.context.ApplicationScoped;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.apikeys.alert.RuleDefinition.Scope;
import org.apikeys.api.alert.AlertKind;
import org.apikeys.key.KeySafety;
import org.jspecify.annotations.Nullable;

/**
 * Which anomaly rule decides about something unusual: the one for the key before the one for its
 * owner before the one for the organization, and among those the oldest.
 */
@ApplicationScoped
class Sensitivity {
  private volatile List<RuleView> rules = List.of();

  /** Takes the rules that are in force. */
  void use(List<RuleView> active) {
    rules =
        active.stream()
            .filter(rule -> RuleDefinition.ANOMALY.equals(rule.definition().type()))
            .toList();
  }

  Optional<RuleView> rule(
      long organization, @Nullable Long key, KeySafety.@Nullable Holder holder, AlertKind kind) {
    return rules.stream()
        .filter(rule -> rule.organizationId() == organization)
        .filter(rule -> isAbout(rule.definition(), kind))
        .filter(rule -> covers(rule.definition().scope(), key, holder))
        .min(
            Comparator.comparing((RuleView rule) -> -rank(rule.definition().scope()))
                .thenComparing(RuleView::id));
  }

  private static boolean isAbout(RuleDefinition rule, AlertKind kind) {
    return rule.anomaly() != null
        && rule.anomaly().signals() != null
        && rule.anomaly().signals().contains(kind.name().toLowerCase(Locale.ROOT));
  }

  private static boolean covers(
      @Nullable Scope scope, @Nullable Long key, KeySafety.@Nullable Holder holder) {
    return scope == null
        || ((scope.keyId() == null || scope.keyId().equals("key-" + key))
            && (scope.owner() == null || (holder != null && scope.owner().equals(holder.owner()))));
  }

  private static int rank(@Nullable Scope scope) {
    return scope == null ? 0 : scope.keyId() == null ? 1 : 2;
  }
}
