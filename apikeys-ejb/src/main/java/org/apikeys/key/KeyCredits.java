package org.apikeys.key;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.util.Objects;
import org.apikeys.api.tenant.Caller;
import org.apikeys.limit.CreditRule;
import org.apikeys.limit.Credits;
import org.jspecify.annotations.Nullable;

/** Keeps the account of a key to what is configured of its credits. */
@ApplicationScoped
class KeyCredits {
  private static final String CONFIGURED = "configured with the key";

  private final Credits credits;

  @Inject
  KeyCredits(Credits credits) {
    this.credits = credits;
  }

  @SuppressWarnings("NullAway")
  protected KeyCredits() {
    credits = null;
  }

  /**
   * The key was issued or configured.
   *
   * @param before its credits until then
   */
  void changed(Caller caller, ApiKey key, @Nullable CreditRule before) {
    CreditRule after = key.configuration().credits();
    Credits.Why why = new Credits.Why(caller.name(), CONFIGURED);
    if (before == null && after != null) {
      credits.open(key.id(), after, why);
      if (after.balance() != null) {
        key.showBalance(after.balance());
      }
    } else if (before != null && after == null) {
      credits.close(key.id(), why);
    } else if (before != null && after != null) {
      if (!Objects.equals(before.refill(), after.refill())) {
        credits.refillBy(key.id(), after.refill());
      }
      if (after.balance() != null && !after.balance().equals(before.balance())) {
        credits.set(key.id(), after.balance(), why);
        key.showBalance(after.balance());
      }
    }
  }
}
