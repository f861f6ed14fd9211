package org.apikeys.bench.decision;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.apikeys.api.permission.HeldScopes;
import org.apikeys.crypto.Secret;
import org.apikeys.hot.Rendered;
import org.apikeys.key.KeySnapshot;
import org.apikeys.key.KeySnapshots;
import org.apikeys.key.KeyTerms;
import org.apikeys.limit.Counters;
import org.apikeys.limit.WindowLimits;
import org.apikeys.restriction.IpMatcher;
import org.apikeys.restriction.IpRules;
import org.apikeys.restriction.ReferrerMatcher;

/** A store with one key: three scopes, an address range and a referrer pattern. */
final class OneKey extends KeySnapshots {
  private final KeySnapshot key;

  OneKey(Counters counters, WindowLimits limits) {
    key =
        new KeySnapshot(
            new KeySnapshot.Own(1, 1, "bench", false, Long.MAX_VALUE, null),
            new KeyTerms(
                1,
                "admin",
                1,
                "production",
                false,
                true,
                Long.MIN_VALUE,
                HeldScopes.of(List.of("agents:read", "deployments:write", "metrics:read")),
                "agents:read deployments:write metrics:read",
                Set.of(),
                IpMatcher.compile(new IpRules(List.of("203.0.113.0/24"), List.of())),
                ReferrerMatcher.compile(List.of("https://*.example.com/*")),
                limits,
                Long.MAX_VALUE,
                null,
                new Rendered("}")),
            counters.of(1),
            null,
            null);
  }

  @Override
  public Optional<KeySnapshot> find(Secret presented) {
    return Optional.of(key);
  }
}
