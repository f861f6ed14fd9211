package org.apikeys.alert;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.math.BigDecimal;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apikeys.alert.RuleDefinition.Threshold;
import org.apikeys.api.alert.AlertKind;
import org.apikeys.api.alert.Concern;
import org.apikeys.key.KeySafety;
import org.apikeys.store.Leases;

/** Compares figures with the thresholds of the rules, on one node for the whole cluster. */
@ApplicationScoped
public class RuleScan {
  private static final System.Logger LOG = System.getLogger(RuleScan.class.getName());
  private static final String LEASE = "security";
  private static final Duration LENGTH = Duration.ofSeconds(30);
  private static final Duration AGAIN_AT_LEAST = Duration.ofMinutes(5);

  private final RuleBook book;
  private final RuleFigures figures;
  private final Sensitivity sensitivity;
  private final ConcernInbox inbox;
  private final KeySafety keys;
  private final Leases leases;
  private final Clock clock;

  /** When what was last told: as long as a threshold stays passed, once in a window. */
  private final Map<String, Long> told = new HashMap<>();

  @Inject
  public RuleScan(
      RuleBook book,
      RuleFigures figures,
      Sensitivity sensitivity,
      ConcernInbox inbox,
      KeySafety keys,
      Leases leases,
      Clock clock) {
    this.book = book;
    this.figures = figures;
    this.sensitivity = sensitivity;
    this.inbox = inbox;
    this.keys = keys;
    this.leases = leases;
    this.clock = clock;
  }

  @SuppressWarnings("NullAway")
  protected RuleScan() {
    book = null;
    figures = null;
    sensitivity = null;
    inbox = null;
    keys = null;
    leases = null;
    clock = null;
  }

  /** Looks at every rule. Called by one thread. */
  public synchronized void run() {
    if (!leases.tryAcquire(LEASE, LENGTH)) {
      told.clear();
      return;
    }
    List<RuleView> rules = book.active();
    sensitivity.use(rules);
    long now = clock.millis();
    for (RuleView rule : rules) {
      if (RuleDefinition.THRESHOLD.equals(rule.definition().type())) {
        try {
          look(rule, now);
        } catch (RuntimeException e) {
          // one rule that can't be looked at keeps no other from it
          LOG.log(System.Logger.Level.WARNING, "alert rule " + rule.id() + " fails", e);
        }
      }
    }
  }

  private void look(RuleView rule, long now) {
    Threshold threshold = Objects.requireNonNull(rule.definition().threshold());
    Map<Long, BigDecimal> found = figures.of(rule.organizationId(), rule.definition(), now);
    long again =
        threshold.window() == null
            ? Duration.ofDays(1).toMillis()
            : Math.max(threshold.length().toMillis(), AGAIN_AT_LEAST.toMillis());
    found.forEach(
        (subject, figure) -> {
          String name = rule.id() + " " + rule.version() + " " + subject;
          if (!threshold.isPassedBy(figure)) {
            told.remove(name);
          } else if (now - told.getOrDefault(name, 0L) >= again) {
            told.put(name, now);
            inbox.write(List.of(concern(rule, subject, figure)), rule.id());
          }
        });
  }

  private Concern concern(RuleView rule, long subject, BigDecimal figure) {
    boolean ofKey = subject != RuleFigures.ORGANIZATION;
    String whose =
        ofKey
            ? "key-"
                + subject
                + keys.holder(subject).map(holder -> " \"" + holder.name() + "\"").orElse("")
            : rule.definition().scope() == null
                ? "the organization"
                : "the keys of " + rule.definition().scope().owner();
    return new Concern(
        rule.organizationId(),
        AlertKind.THRESHOLD,
        rule.definition().severityOfAlerts(),
        ofKey ? "key-" + subject : "organization",
        ofKey ? Long.valueOf(subject) : null,
        sentence(rule.definition(), whose, figure),
        1,
        null,
        List.of());
  }

  static String sentence(RuleDefinition rule, String whose, BigDecimal figure) {
    Threshold threshold = Objects.requireNonNull(rule.threshold());
    String metric =
        String.valueOf(threshold.metric()).replace('_', ' ')
            + (threshold.code() == null ? "" : " (" + threshold.code() + ")");
    return "The rule \""
        + rule.name()
        + "\": "
        + metric
        + " of "
        + whose
        + (threshold.window() == null ? "" : " in " + threshold.window())
        + " came to "
        + figure.stripTrailingZeros().toPlainString()
        + ", "
        + threshold.operator()
        + " "
        + Objects.requireNonNull(threshold.value()).stripTrailingZeros().toPlainString()
        + ".";
  }
}
