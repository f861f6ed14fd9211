package org.apikeys.limit;

import org.apikeys.api.verify.DecisionCode;
import org.jspecify.annotations.Nullable;

/**
 * What the limits say to a call.
 *
 * @param code {@link DecisionCode#VALID}, or which of them refused
 * @param allowance the window nearest to its end
 * @param credits null for a key that does not pay
 * @param retryAtMillis from when it is worth another try; 0 when it was taken or nobody knows
 */
public record Outcome(
    DecisionCode code, Allowance allowance, @Nullable CreditState credits, long retryAtMillis) {}
