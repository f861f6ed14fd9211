package org.apikeys.verify;

import java.util.function.Predicate;
import org.apikeys.api.permission.Scope;
import org.apikeys.api.permission.ScopeExpression;
import org.apikeys.api.verify.DecisionCode;
import org.apikeys.key.KeySnapshot;
import org.apikeys.permission.ScopeChecks;

/** The checks before the limits, in the order in which they decide. */
enum KeyCheck {
  REVOCATION(DecisionCode.REVOKED) {
    @Override
    boolean passes(KeySnapshot key, Attempt attempt, long now) {
      return !key.revoked();
    }
  },
  EXPIRY(DecisionCode.EXPIRED) {
    @Override
    boolean passes(KeySnapshot key, Attempt attempt, long now) {
      return now < key.expiresAt() && now < key.secretEndsAt();
    }
  },
  NOT_BEFORE(DecisionCode.NOT_YET_VALID) {
    @Override
    boolean passes(KeySnapshot key, Attempt attempt, long now) {
      return now >= key.notBefore();
    }
  },
  ACTIVITY(DecisionCode.KEY_INACTIVE) {
    @Override
    boolean passes(KeySnapshot key, Attempt attempt, long now) {
      return key.usable();
    }
  },
  ENVIRONMENT(DecisionCode.ENVIRONMENT_MISMATCH) {
    @Override
    boolean passes(KeySnapshot key, Attempt attempt, long now) {
      return attempt.environment() == null || attempt.environment().equals(key.environment());
    }
  },
  IP(DecisionCode.IP_NOT_ALLOWED) {
    @Override
    boolean passes(KeySnapshot key, Attempt attempt, long now) {
      return key.addresses().allows(attempt.ip());
    }
  },
  REFERRER(DecisionCode.REFERRER_NOT_ALLOWED) {
    @Override
    boolean passes(KeySnapshot key, Attempt attempt, long now) {
      return key.referrers().allows(attempt.referrer());
    }
  },
  SCOPES(DecisionCode.INSUFFICIENT_SCOPE) {
    @Override
    boolean passes(KeySnapshot key, Attempt attempt, long now) {
      ScopeExpression needed = attempt.needed();
      if (needed == null) {
        return true;
      }
      Predicate<Scope> held = key.scopes().on(attempt.resource());
      ScopeChecks checks = key.checks();
      return checks == null
          ? needed.isSatisfiedBy(held)
          : needed.isSatisfiedBy(held, checks.counting(held, attempt.seenBy(checks.key(), now)));
    }
  },
  PAYLOAD(DecisionCode.PAYLOAD_TOO_LARGE) {
    @Override
    boolean passes(KeySnapshot key, Attempt attempt, long now) {
      return attempt.bytesIn() <= key.payloadBytes();
    }
  };

  private final DecisionCode denial;

  KeyCheck(DecisionCode denial) {
    this.denial = denial;
  }

  abstract boolean passes(KeySnapshot key, Attempt attempt, long now);

  /** What a call is denied with that does not pass. */
  DecisionCode denial() {
    return denial;
  }
}
