package org.apikeys.verify;

import org.apikeys.api.verify.DecisionCode;
import org.apikeys.key.KeySnapshot;
import org.apikeys.limit.Allowance;
import org.jspecify.annotations.Nullable;

/** The outcome of deciding about a call. */
public sealed interface Decision {

  DecisionCode code();

  /** The key; null when it is not known. */
  @Nullable KeySnapshot key();

  /** How the key stands with its limits now. */
  Allowance allowance();

  /** The call may go on, and was counted. */
  record Granted(KeySnapshot key, Allowance allowance) implements Decision {
    @Override
    public DecisionCode code() {
      return DecisionCode.VALID;
    }
  }

  /** The call may not go on, and took nothing from any limit. */
  record Denied(DecisionCode code, @Nullable KeySnapshot key, Allowance allowance)
      implements Decision {}
}
