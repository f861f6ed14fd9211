package org.apikeys.key;

import jakarta.annotation.security.PermitAll;
import jakarta.ejb.Stateless;
import jakarta.inject.Inject;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.apikeys.api.permission.HeldScopes;
import org.apikeys.api.permission.ManagementScope;
import org.apikeys.api.plugin.CheckedKey;
import org.apikeys.crypto.KeyHasher;
import org.apikeys.crypto.Secret;
import org.apikeys.hot.Rendered;
import org.apikeys.limit.Counters;
import org.apikeys.limit.RateLimits;
import org.apikeys.permission.Catalogue;
import org.apikeys.permission.Grants;
import org.apikeys.permission.ScopeChecks;
import org.apikeys.restriction.IpMatcher;
import org.apikeys.restriction.ReferrerMatcher;
import org.apikeys.store.Json;
import org.apikeys.tenant.Directory;
import org.apikeys.tenant.PersonState;
import org.jspecify.annotations.Nullable;

/** Finds the key that was presented and compiles it for deciding. */
@Stateless
@PermitAll
public class KeySnapshots {
  private final ApiKeys keys;
  private final KeyHasher hasher;
  private final Presented presented;
  private final Catalogue catalogue;
  private final Directory directory;
  private final Counters counters;

  @Inject
  public KeySnapshots(
      ApiKeys keys,
      KeyHasher hasher,
      Presented presented,
      Catalogue catalogue,
      Directory directory,
      Counters counters) {
    this.keys = keys;
    this.hasher = hasher;
    this.presented = presented;
    this.catalogue = catalogue;
    this.directory = directory;
    this.counters = counters;
  }

  @SuppressWarnings("NullAway")
  protected KeySnapshots() {
    keys = null;
    hasher = null;
    presented = null;
    catalogue = null;
    directory = null;
    counters = null;
  }

  /** The key whose secret this is; one hashed under an old pepper is hashed anew on the way. */
  public Optional<KeySnapshot> find(Secret presented) {
    Optional<KeySecret> secret = this.presented.find(presented);
    secret.filter(this::isOutdated).ifPresent(found -> hashAnew(found, presented));
    return secret.map(found -> compile(keys.byId(found.keyId()).orElseThrow(), found));
  }

  private boolean isOutdated(KeySecret secret) {
    return secret.isForeign()
        || (secret.isCustom()
            ? hasher.isChosenOutdated(secret.hashed())
            : hasher.isOutdated(secret.hashed()));
  }

  private void hashAnew(KeySecret secret, Secret presented) {
    secret.store(secret.isCustom() ? hasher.hashChosen(presented) : hasher.hash(presented));
  }

  private KeySnapshot compile(ApiKey key, KeySecret secret) {
    KeyConfiguration configuration = key.configuration();
    Grants grants = Grants.of(catalogue, configuration.scopes(), configuration.permissionSets());
    RateLimits limits = configuration.limits();
    counters.of(key.id()).throttle(key.throttlePercent());
    // a person of an external issuer is not in the directory, and nothing disables them here
    Optional<PersonState> owner = directory.stateOf(key.owner());
    return new KeySnapshot(
        key.id(),
        secret.generation(),
        key.organizationId(),
        configuration.name(),
        key.owner(),
        owner.map(PersonState::id).orElse(0L),
        configuration.environment(),
        configuration.publishable(),
        new Rendered(view(key, grants)),
        key.revokedAt() != null,
        key.isActive() && owner.map(PersonState::active).orElse(true),
        Math.min(
            millis(secret.expiresAt(), Long.MAX_VALUE), millis(key.rotateBy(), Long.MAX_VALUE)),
        millis(configuration.expiresAt(), Long.MAX_VALUE),
        millis(configuration.notBefore(), Long.MIN_VALUE),
        HeldScopes.of(grants.held(), catalogue::ignoresCase),
        String.join(" ", grants.held()),
        managementScopes(grants),
        IpMatcher.compile(configuration.restrictions().ip()),
        ReferrerMatcher.compile(configuration.restrictions().referrers()),
        limits.windows(),
        Objects.requireNonNullElse(limits.payloadBytes(), Long.MAX_VALUE),
        counters.of(key.id()),
        counters.gate(key.id(), configuration.gateRules()),
        ScopeChecks.of(catalogue, grants, checked(key)));
  }

  /** The key as plugins see it. */
  private static CheckedKey checked(ApiKey key) {
    KeyConfiguration configuration = key.configuration();
    return new CheckedKey(
        key.id(),
        key.organizationId(),
        key.owner(),
        configuration.type(),
        configuration.environment(),
        configuration.tags(),
        configuration.metadata());
  }

  private static Set<String> managementScopes(Grants grants) {
    Set<String> names = grants.names();
    names.retainAll(ManagementScope.DESCRIPTIONS.keySet());
    return Set.copyOf(names);
  }

  /** The {@code key} of an answer; written once, since it is the same at every call. */
  private static String view(ApiKey key, Grants grants) {
    KeyConfiguration configuration = key.configuration();
    Map<String, @Nullable Object> view = new LinkedHashMap<>();
    view.put("id", key.id());
    view.put("key_id", "key-" + key.id());
    view.put("name", configuration.name());
    view.put("organization_id", key.organizationId());
    view.put("owner", key.owner());
    view.put("environment", configuration.environment());
    view.put("scopes", grants.held());
    view.put("metadata", configuration.metadata());
    view.put("expires_at", configuration.expiresAt());
    return Json.write(view);
  }

  private static long millis(@Nullable Instant instant, long none) {
    return instant == null ? none : instant.toEpochMilli();
  }
}
