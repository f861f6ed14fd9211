package org.apikeys.alert;

import com.fasterxml.jackson.databind.JsonNode;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ejb.Stateless;
import jakarta.inject.Inject;
import java.time.Clock;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.apikeys.api.audit.Action;
import org.apikeys.api.permission.ManagementScope;
import org.apikeys.api.problem.ProblemException;
import org.apikeys.api.problem.ProblemType;
import org.apikeys.api.tenant.Caller;
import org.apikeys.audit.AuditEntry;
import org.apikeys.audit.AuditLog;
import org.apikeys.check.Expected;
import org.apikeys.key.KeySafety;
import org.apikeys.store.Json;
import org.apikeys.store.Page;
import org.apikeys.tenant.Directory;
import org.apikeys.tenant.PersonState;
import org.jspecify.annotations.Nullable;

/** An organization's rules about alerts, for those who manage them. */
@Stateless
@RolesAllowed(ManagementScope.REQUESTS_APPROVE)
public class AlertRules {
  private static final int MOST = 200;

  private static final Map<String, Function<RuleDefinition, @Nullable Object>> PARTS =
      Map.of(
          "name", RuleDefinition::name,
          "is_active", RuleDefinition::active,
          "key_id", rule -> rule.scope() == null ? null : rule.scope().keyId(),
          "owner", rule -> rule.scope() == null ? null : rule.scope().owner(),
          "threshold", RuleDefinition::threshold,
          "anomaly", RuleDefinition::anomaly,
          "severity", RuleDefinition::severity,
          "routes", RuleDefinition::routes,
          "answer", RuleDefinition::answer);

  private final RuleStore rules;
  private final RuleRehearsal rehearsal;
  private final KeySafety keys;
  private final Directory directory;
  private final AuditLog audit;
  private final Clock clock;

  @Inject
  public AlertRules(
      RuleStore rules,
      RuleRehearsal rehearsal,
      KeySafety keys,
      Directory directory,
      AuditLog audit,
      Clock clock) {
    this.rules = rules;
    this.rehearsal = rehearsal;
    this.keys = keys;
    this.directory = directory;
    this.audit = audit;
    this.clock = clock;
  }

  @SuppressWarnings("NullAway")
  public AlertRules() {
    rules = null;
    rehearsal = null;
    keys = null;
    directory = null;
    audit = null;
    clock = null;
  }

  @RolesAllowed(ManagementScope.REPORTS_READ)
  public Page<RuleView> list(Caller caller, int page, int size) {
    Page<AlertRule> found = rules.find(caller.organizationId(), page, size);
    return new Page<>(found.items().stream().map(AlertRule::view).toList(), found.total());
  }

  @RolesAllowed(ManagementScope.REPORTS_READ)
  public RuleView read(Caller caller, long id) {
    return visible(caller, rules.byId(id)).view();
  }

  public RuleView create(Caller caller, RuleDefinition wanted) {
    RuleDefinition definition = checked(caller, wanted);
    if (rules.find(caller.organizationId(), 1, 1).total() >= MOST) {
      throw new ProblemException(
          ProblemType.CONFLICT, "An organization has at most " + MOST + " rules.");
    }
    AlertRule rule =
        new AlertRule(caller.organizationId(), definition, caller.name(), clock.instant());
    rules.add(rule);
    audit.record(changes(about(caller, Action.ALERT_RULE_CREATED, rule), null, definition));
    return rule.view();
  }

  public RuleView change(
      Caller caller, long id, RuleDefinition wanted, @Nullable Expected expected) {
    AlertRule rule = toChange(caller, id, expected);
    RuleDefinition before = rule.definition();
    RuleDefinition after = checked(caller, wanted);
    rule.define(after, clock.instant());
    audit.record(changes(about(caller, Action.ALERT_RULE_UPDATED, rule), before, after));
    rules.flush();
    return rule.view();
  }

  public void delete(Caller caller, long id, @Nullable Expected expected) {
    AlertRule rule = toChange(caller, id, expected);
    audit.record(changes(about(caller, Action.ALERT_RULE_DELETED, rule), rule.definition(), null));
    rules.remove(rule);
  }

  /** What a rule would have raised. */
  public RuleRehearsal.Outcome rehearse(
      Caller caller, RuleDefinition wanted, @Nullable Instant from, @Nullable Instant to) {
    return rehearsal.run(caller.organizationId(), checked(caller, wanted), from, to);
  }

  private RuleDefinition checked(Caller caller, RuleDefinition wanted) {
    RuleDefinition definition = RuleCheck.complete(wanted);
    if (definition.answerToAlerts() != Answer.NONE && !caller.holds(ManagementScope.KEYS_WRITE)) {
      throw new ProblemException(
          ProblemType.FORBIDDEN, "A rule that changes keys takes the scope keys:write as well.");
    }
    String key = definition.scope() == null ? null : definition.scope().keyId();
    if (key != null
        && (!key.matches("key-[1-9][0-9]{0,17}")
            || keys.holder(Long.parseLong(key.substring(4)))
                .filter(found -> found.organizationId() == caller.organizationId())
                .isEmpty())) {
      throw ProblemException.invalid("scope.key_id", "is no key of this organization");
    }
    String owner = definition.scope() == null ? null : definition.scope().owner();
    return owner == null ? definition : definition.ownedBy(owner(caller, owner));
  }

  /**
   * As the directory spells the name, since keys are told by it. A person of an external issuer is
   * not in the directory: such a one owns keys, or is the caller.
   */
  private String owner(Caller caller, String name) {
    return directory
        .stateOf(name)
        .filter(found -> found.organizationId() == caller.organizationId())
        .map(PersonState::username)
        .or(
            () ->
                Optional.of(name)
                    .filter(
                        one ->
                            one.equals(caller.owner())
                                || keys.ownsAny(caller.organizationId(), one)))
        .orElseThrow(
            () ->
                ProblemException.invalid(
                    "scope.owner", "is no user name of this organization; leave it out for all"));
  }

  /** What differs; a scope by its parts, since the log keeps the name of an owner apart. */
  private static AuditEntry changes(
      AuditEntry entry, @Nullable RuleDefinition before, @Nullable RuleDefinition after) {
    AuditEntry noted = entry;
    for (Map.Entry<String, Function<RuleDefinition, @Nullable Object>> part : PARTS.entrySet()) {
      noted =
          noted.changing(
              part.getKey(), shown(before, part.getValue()), shown(after, part.getValue()));
    }
    return noted;
  }

  private static @Nullable JsonNode shown(
      @Nullable RuleDefinition definition, Function<RuleDefinition, @Nullable Object> part) {
    Object value = definition == null ? null : part.apply(definition);
    return value == null ? null : Json.MAPPER.valueToTree(value);
  }

  private AlertRule toChange(Caller caller, long id, @Nullable Expected expected) {
    AlertRule rule = visible(caller, rules.toChange(id));
    Expected.version(expected, rule.version(), "The rule has changed");
    return rule;
  }

  private static AlertRule visible(Caller caller, Optional<AlertRule> rule) {
    return rule.filter(found -> found.organizationId() == caller.organizationId())
        .orElseThrow(() -> ProblemException.notFound("alert rule"));
  }

  private static AuditEntry about(Caller caller, Action action, AlertRule rule) {
    return AuditEntry.of(caller, action).on("alert_rule", rule.id(), rule.name());
  }
}
