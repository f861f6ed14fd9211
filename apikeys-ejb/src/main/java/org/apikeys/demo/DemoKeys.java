package org.apikeys.demo;

import jakarta.annotation.security.PermitAll;
import jakarta.ejb.Stateless;
import jakarta.inject.Inject;
import java.util.List;
import java.util.Map;
import org.apikeys.key.IssuedKey;
import org.apikeys.key.KeyConfiguration;
import org.apikeys.key.KeyIssuer;
import org.apikeys.key.KeyKeeper;
import org.apikeys.limit.RateLimits;
import org.apikeys.restriction.IpRules;
import org.apikeys.restriction.Restrictions;
import org.jspecify.annotations.Nullable;

/** Keys of several types, in several states. */
@Stateless
@PermitAll
public class DemoKeys {
  private static final Restrictions OFFICE =
      new Restrictions(
          new IpRules(List.of("203.0.113.0/24", "2001:db8::/32"), List.of()), List.of());
  private static final Restrictions SHOP =
      new Restrictions(IpRules.NONE, List.of("https://*.shop.example/*"));

  private final KeyIssuer issuer;
  private final KeyKeeper keeper;

  @Inject
  public DemoKeys(KeyIssuer issuer, KeyKeeper keeper) {
    this.issuer = issuer;
    this.keeper = keeper;
  }

  @SuppressWarnings("NullAway")
  public DemoKeys() {
    issuer = null;
    keeper = null;
  }

  public List<IssuedKey> issue() {
    return List.of(
        issue(
            "CI/CD pipeline",
            "automation",
            "production",
            "admin",
            OFFICE,
            "ci",
            "deployments:write",
            "agents:read"),
        issue(
            "Payment service",
            "service",
            "production",
            "admin",
            OFFICE,
            "payments",
            "data:read",
            "data:write"),
        issue("Shop front end", "web", "production", "admin", SHOP, "shop", "agents:read"),
        issue(
            "Nightly metrics", "monitoring", "production", "admin", OFFICE, "ops", "metrics:read"),
        issue(
            "Dev's laptop",
            "development",
            "development",
            "dev.developer",
            null,
            "dev",
            "agents:read",
            "agents:write"),
        issue(
            "Support look-up",
            "read-only",
            "staging",
            "mia.manager",
            null,
            "support",
            "users:read"),
        issue(
            "Contractor, this week",
            "temporary",
            "staging",
            "dev.developer",
            null,
            "dev",
            "pipelines:read"),
        issue(
            "Old integration",
            "third-party",
            "production",
            "admin",
            null,
            "legacy",
            "gateways:read"));
  }

  private IssuedKey issue(
      String name,
      String type,
      String environment,
      String owner,
      @Nullable Restrictions restrictions,
      String tag,
      String... scopes) {
    return issuer.issueBySystem(
        new KeyConfiguration(
            name,
            "Made for the demo",
            type,
            environment,
            List.of(scopes),
            List.of(),
            null,
            RateLimits.DEFAULT,
            null,
            null,
            restrictions == null ? Restrictions.NONE : restrictions,
            null,
            null,
            null,
            Map.of("team", tag),
            List.of(tag),
            owner,
            type.equals("web"),
            false));
  }

  /** Puts some keys into other states than active. */
  public void age(List<IssuedKey> issued) {
    IssuedKey old = issued.get(issued.size() - 1);
    keeper.revokeBySystem(old.view().id(), "replaced by the payment service");
    IssuedKey metrics = issued.get(3);
    keeper.deactivateBySystem(metrics.view().id());
  }
}
