package org.apikeys.key;

import java.util.Set;
import org.apikeys.api.permission.HeldScopes;
import org.apikeys.hot.Rendered;
import org.apikeys.limit.Counter;
import org.apikeys.limit.Gate;
import org.apikeys.limit.WindowLimits;
import org.apikeys.permission.ScopeChecks;
import org.apikeys.restriction.IpMatcher;
import org.apikeys.restriction.ReferrerMatcher;
import org.jspecify.annotations.Nullable;

/**
 * All that a decision needs of one generation of a key, compiled and immutable but for its counter.
 * Instants are milliseconds since 1970 UTC.
 *
 * @param id the key's number
 * @param generation which of its secrets this is
 * @param view the key as an answer shows it, as JSON
 * @param ownerId number of the person who owns it; 0 for a person of an external issuer
 * @param revoked whether it was revoked
 * @param usable whether it, its owner and its organization are enabled
 * @param secretEndsAt when this generation ends; {@link Long#MAX_VALUE} for never
 * @param expiresAt when the key expires; {@link Long#MAX_VALUE} for never
 * @param notBefore from when it works; {@link Long#MIN_VALUE} for always
 * @param scopeNames the scopes held, separated by spaces
 * @param managementScopes those of them that are over the management API
 * @param payloadBytes the largest request; {@link Long#MAX_VALUE} for any
 * @param gate what decides about its calls when it has more limits than plain windows
 * @param checks what plugins say about its scopes; null when none does
 */
public record KeySnapshot(
    long id,
    int generation,
    long organizationId,
    String name,
    String owner,
    long ownerId,
    String environment,
    boolean publishable,
    Rendered view,
    boolean revoked,
    boolean usable,
    long secretEndsAt,
    long expiresAt,
    long notBefore,
    HeldScopes scopes,
    String scopeNames,
    Set<String> managementScopes,
    IpMatcher addresses,
    ReferrerMatcher referrers,
    WindowLimits limits,
    long payloadBytes,
    Counter counter,
    @Nullable Gate gate,
    @Nullable ScopeChecks checks) {

  /** The limits of calls that count for now. */
  public WindowLimits presentLimits() {
    return counter.adapted(limits);
  }
}
