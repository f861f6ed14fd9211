package org.apikeys.key;

import jakarta.annotation.security.PermitAll;
import jakarta.ejb.Stateless;
import jakarta.inject.Inject;
import java.util.Optional;

/** What became of a key, for caches outside this system. */
@Stateless
@PermitAll
public class KeyNews {
  private static final int PREFIX = 8;

  private final ApiKeys keys;

  @Inject
  public KeyNews(ApiKeys keys) {
    this.keys = keys;
  }

  @SuppressWarnings("NullAway")
  public KeyNews() {
    keys = null;
  }

  /**
   * A change of a key.
   *
   * @param digestPrefix the first characters of the digest that its present secret is stored under
   */
  public record News(long keyId, long organizationId, boolean revoked, String digestPrefix) {}

  /** How the key stands now. */
  public Optional<News> of(long keyId) {
    return keys.byId(keyId)
        .map(
            key ->
                new News(
                    keyId,
                    key.organizationId(),
                    key.revokedAt() != null,
                    keys.secretsOf(keyId).get(0).hashed().digest().substring(0, PREFIX)));
  }
}
