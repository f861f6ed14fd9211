package org.apikeys.key;

import java.util.Set;
import org.apikeys.api.permission.HeldScopes;
import org.apikeys.hot.Rendered;
import org.apikeys.limit.WindowLimits;
import org.apikeys.restriction.IpMatcher;
import org.apikeys.restriction.ReferrerMatcher;
import org.jspecify.annotations.Nullable;

/**
 * What a key has in common with others: keys of one owner for one purpose are made alike. In memory
 * it is kept once for all of them.
 *
 * @param ownerId number of the person who owns it; 0 for a person of an external issuer
 * @param usable whether it, its owner and its organization are enabled
 * @param notBefore from when it works, in milliseconds since 1970 UTC; {@link Long#MIN_VALUE} for
 *     always
 * @param scopeNames the scopes held, separated by spaces
 * @param managementScopes those of them that are over the management API
 * @param payloadBytes the largest request; {@link Long#MAX_VALUE} for any
 * @param trial what is on trial of it; null when nothing is
 * @param shown what an answer shows of all this: the last members of a JSON object, after a comma
 */
public record KeyTerms(
    long organizationId,
    String owner,
    long ownerId,
    String environment,
    boolean publishable,
    boolean usable,
    long notBefore,
    HeldScopes scopes,
    String scopeNames,
    Set<String> managementScopes,
    IpMatcher addresses,
    ReferrerMatcher referrers,
    WindowLimits limits,
    long payloadBytes,
    @Nullable Trial trial,
    Rendered shown) {}
