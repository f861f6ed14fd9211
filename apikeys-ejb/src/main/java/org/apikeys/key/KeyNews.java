package org.apikeys.key;

import jakarta.annotation.security.PermitAll;
import jakarta.ejb.Stateless;
import jakarta.inject.Inject;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** What became of a key, for caches outside this system. */
@Stateless
@PermitAll
public class KeyNews {
  private static final int PREFIX = 8;

  /** A secret that has ended is named for a while: whoever is told late may have it still. */
  private static final Duration NAMED_AFTER_ITS_END = Duration.ofHours(1);

  private final ApiKeys keys;
  private final Clock clock;

  @Inject
  public KeyNews(ApiKeys keys, Clock clock) {
    this.keys = keys;
    this.clock = clock;
  }

  @SuppressWarnings("NullAway")
  public KeyNews() {
    keys = null;
    clock = null;
  }

  /**
   * A change of a key.
   *
   * @param digestPrefixes the first characters of the digests that its secrets are stored under,
   *     the newest first: after a rotation there is more than one that works
   */
  public record News(
      long keyId, long organizationId, boolean revoked, List<String> digestPrefixes) {
    public News {
      digestPrefixes = List.copyOf(digestPrefixes);
    }
  }

  /** How the key stands now. */
  public Optional<News> of(long keyId) {
    return keys.byId(keyId)
        .map(
            key ->
                new News(
                    keyId, key.organizationId(), key.revokedAt() != null, digestPrefixes(keyId)));
  }

  private List<String> digestPrefixes(long keyId) {
    Instant since = clock.instant().minus(NAMED_AFTER_ITS_END);
    List<KeySecret> all = keys.secretsOf(keyId);
    List<String> prefixes =
        all.stream()
            .filter(secret -> secret.expiresAt() == null || secret.expiresAt().isAfter(since))
            .map(KeyNews::digestPrefix)
            .distinct()
            .toList();
    return prefixes.isEmpty() ? List.of(digestPrefix(all.get(0))) : prefixes;
  }

  private static String digestPrefix(KeySecret secret) {
    return secret.hashed().digest().substring(0, PREFIX);
  }
}
