package org.apikeys.alert;

import jakarta.annotation.security.PermitAll;
import jakarta.ejb.Stateless;
import jakarta.inject.Inject;
import java.util.List;
import java.util.Optional;

/** The rules in force, for those who act by them. */
@Stateless
@PermitAll
public class RuleBook {
  private final RuleStore rules;

  @Inject
  public RuleBook(RuleStore rules) {
    this.rules = rules;
  }

  @SuppressWarnings("NullAway")
  public RuleBook() {
    rules = null;
  }

  /** Every active rule of every organization. */
  public List<RuleView> active() {
    return rules.active().stream().map(AlertRule::view).toList();
  }

  /** The rule, active or not; empty when it was deleted meanwhile. */
  public Optional<RuleView> byId(long id) {
    return rules.byId(id).map(AlertRule::view);
  }
}
