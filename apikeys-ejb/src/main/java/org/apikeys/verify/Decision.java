package org.apikeys.verify;

import org.apikeys.api.verify.DecisionCode;
import org.apikeys.key.KeySnapshot;
import org.apikeys.limit.Allowance;
import org.apikeys.limit.CreditState;
import org.jspecify.annotations.Nullable;

/** The outcome of deciding about a call. */
public sealed interface Decision {

  DecisionCode code();

  /** The key; null when it is not known. */
  @Nullable KeySnapshot key();

  /** How the key stands with its limits now. */
  Allowance allowance();

  /** How it stands with its credits; null for a key that does not pay. */
  @Nullable CreditState credits();

  /**
   * From when another try is worth it, in milliseconds since 1970 UTC; 0 when the window says so,
   * or nobody knows.
   */
  long retryAtMillis();

  /** The call may go on, and was counted. */
  record Granted(KeySnapshot key, Allowance allowance, @Nullable CreditState credits)
      implements Decision {
    public Granted(KeySnapshot key, Allowance allowance) {
      this(key, allowance, null);
    }

    @Override
    public DecisionCode code() {
      return DecisionCode.VALID;
    }

    @Override
    public long retryAtMillis() {
      return 0;
    }
  }

  /** The call may not go on, and took nothing from any limit. */
  record Denied(
      DecisionCode code,
      @Nullable KeySnapshot key,
      Allowance allowance,
      @Nullable CreditState credits,
      long retryAtMillis)
      implements Decision {
    public Denied(DecisionCode code, @Nullable KeySnapshot key, Allowance allowance) {
      this(code, key, allowance, null, 0);
    }
  }
}
