package org.apikeys.key;

import jakarta.annotation.security.PermitAll;
import jakarta.ejb.EJBException;
import jakarta.ejb.Stateless;
import jakarta.ejb.TransactionAttribute;
import jakarta.ejb.TransactionAttributeType;
import jakarta.inject.Inject;
import jakarta.persistence.PersistenceException;
import java.time.Instant;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.apikeys.api.permission.ManagementScope;
import org.apikeys.api.plugin.CheckedKey;
import org.apikeys.crypto.KeyHasher;
import org.apikeys.crypto.Secret;
import org.apikeys.hot.Rendered;
import org.apikeys.limit.Counter;
import org.apikeys.limit.Counters;
import org.apikeys.limit.RateLimits;
import org.apikeys.permission.Catalogue;
import org.apikeys.permission.Grants;
import org.apikeys.permission.ScopeChecks;
import org.apikeys.store.Deadlocks;
import org.apikeys.store.Json;
import org.jspecify.annotations.Nullable;

/**
 * Finds the key that was presented and compiles it for deciding. Looking takes no transaction,
 * whose end would be a second round trip.
 */
@Stateless
@TransactionAttribute(TransactionAttributeType.SUPPORTS)
@PermitAll
public class KeySnapshots {
  private static final System.Logger LOG = System.getLogger(KeySnapshots.class.getName());

  private final StoredKeys stored;
  private final KeyHasher hasher;
  private final KeyHashes hashes;
  private final Presented presented;
  private final Catalogue catalogue;
  private final KeyTypes types;
  private final Counters counters;
  private final SharedParts parts;

  @Inject
  public KeySnapshots(
      StoredKeys stored,
      KeyHasher hasher,
      KeyHashes hashes,
      Presented presented,
      Catalogue catalogue,
      KeyTypes types,
      Counters counters,
      SharedParts parts) {
    this.stored = stored;
    this.hasher = hasher;
    this.hashes = hashes;
    this.presented = presented;
    this.catalogue = catalogue;
    this.types = types;
    this.counters = counters;
    this.parts = parts;
  }

  @SuppressWarnings("NullAway")
  public KeySnapshots() {
    stored = null;
    hasher = null;
    hashes = null;
    presented = null;
    catalogue = null;
    types = null;
    counters = null;
    parts = null;
  }

  /**
   * A key that nobody has presented yet.
   *
   * @param digest what its secret rests under, as {@link KeyHasher#digest} makes it
   */
  public record Prepared(String digest, KeySnapshot key) {}

  /** The key whose secret this is; one hashed under an old pepper is hashed anew on the way. */
  public Optional<KeySnapshot> find(Secret presented) {
    Optional<Presented.Found> found = Deadlocks.readThrough(() -> this.presented.find(presented));
    found.ifPresent(one -> keepHashes(one, presented));
    Optional<StoredKey> key = found.map(Presented.Found::key);
    key.ifPresent(one -> counterOf(one).throttle(one.key().throttlePercent()));
    return key.map(this::compile);
  }

  /** Looks after how the key rests. Whether that succeeds or not, the key is the one it is. */
  private void keepHashes(Presented.Found found, Secret presented) {
    StoredKey.Secret secret = found.key().secret();
    try {
      if (isOutdated(secret)) {
        hashes.hashAnew(secret.hashed().digest(), presented);
      }
      found.duplicates().forEach(hashes::endDuplicate);
    } catch (EJBException | PersistenceException e) {
      LOG.log(
          System.Logger.Level.WARNING,
          "key-{0} could not be hashed anew; its next first use tries again. {1}",
          Long.toString(found.key().key().id()),
          e.getClass().getSimpleName());
    }
  }

  /** The numbers of the keys that were used since an instant, those used last first. */
  public List<Long> usedSince(Instant since, int most) {
    return stored.usedSince(since, most);
  }

  /**
   * Those of these keys that are not revoked, as they would be found: without what has to be hashed
   * anew, what is hashed slowly and known by a comparison alone, and what is throttled, which a
   * look at the key itself sets.
   */
  public List<Prepared> prepare(Collection<Long> ids) {
    return stored.ofKeys(ids).stream()
        .filter(found -> found.secret().hashed().slowHash() == null)
        .filter(found -> !isOutdated(found.secret()))
        .filter(found -> found.key().throttlePercent() == null)
        .map(found -> new Prepared(found.secret().hashed().digest(), compile(found)))
        .toList();
  }

  private boolean isOutdated(StoredKey.Secret secret) {
    return secret.foreign()
        || (secret.custom()
            ? hasher.isChosenOutdated(secret.hashed())
            : hasher.isOutdated(secret.hashed()));
  }

  private KeySnapshot compile(StoredKey found) {
    KeyConfiguration configuration = found.key().configuration();
    KeyTrial trial = found.trial();
    return compile(
        found,
        configuration,
        trial == null
            ? null
            : new Trial(
                compile(found, trial.proposal().on(configuration), null),
                trial.startedAt().toEpochMilli(),
                trial.endsAt().toEpochMilli()));
  }

  private KeySnapshot compile(
      StoredKey found, KeyConfiguration configuration, @Nullable Trial trial) {
    StoredKey.Key key = found.key();
    // a person of an external issuer is not in the directory, and nothing disables them here
    StoredKey.Owner owner = found.owner();
    Grants grants = types.grants(key.organizationId(), configuration);
    RateLimits limits = configuration.limits();
    KeyTerms terms =
        parts.terms(
            new KeyTerms(
                key.organizationId(),
                parts.text(key.owner()),
                owner == null ? 0 : owner.id(),
                parts.text(configuration.environment()),
                configuration.publishable(),
                key.active() && (owner == null || owner.active()),
                millis(configuration.notBefore(), Long.MIN_VALUE),
                parts.scopes(grants.held(), catalogue::ignoresCase),
                parts.text(String.join(" ", grants.held())),
                managementScopes(grants),
                parts.addresses(configuration.restrictions().ip()),
                parts.referrers(configuration.restrictions().referrers()),
                parts.limits(limits.windows()),
                Objects.requireNonNullElse(limits.payloadBytes(), Long.MAX_VALUE),
                trial,
                new Rendered(shown(key, grants))));
    return new KeySnapshot(
        new KeySnapshot.Own(
            key.id(),
            found.secret().generation(),
            configuration.name(),
            key.revoked(),
            Math.min(
                millis(found.secret().endsAt(), Long.MAX_VALUE),
                millis(key.rotateBy(), Long.MAX_VALUE)),
            configuration.expiresAt()),
        terms,
        counterOf(found),
        counters.gate(key.id(), configuration.gateRules()),
        ScopeChecks.of(catalogue, grants, checked(key)));
  }

  private Counter counterOf(StoredKey found) {
    return counters.of(found.key().id(), found.counts());
  }

  /** The key as plugins see it. */
  private static CheckedKey checked(StoredKey.Key key) {
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

  /** What the {@code key} of an answer shows beside what is the key's own; written once. */
  private static String shown(StoredKey.Key key, Grants grants) {
    KeyConfiguration configuration = key.configuration();
    Map<String, @Nullable Object> view = new LinkedHashMap<>();
    view.put("organization_id", key.organizationId());
    view.put("owner", key.owner());
    view.put("environment", configuration.environment());
    view.put("scopes", grants.held());
    view.put("metadata", configuration.metadata());
    return "," + Json.write(view).substring(1);
  }

  private static long millis(@Nullable Instant instant, long none) {
    return instant == null ? none : instant.toEpochMilli();
  }
}
