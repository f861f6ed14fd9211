package org.apikeys.key;

import jakarta.annotation.security.PermitAll;
import jakarta.ejb.Stateless;
import jakarta.inject.Inject;
import org.apikeys.crypto.KeyHasher;
import org.apikeys.crypto.Secret;

/**
 * Exchanges hashes that were made under an old pepper, by another method or by another system. A
 * door of its own, since looking at a key takes no transaction and this one does.
 */
@Stateless
@PermitAll
public class KeyHashes {
  private final ApiKeys keys;
  private final KeyHasher hasher;

  @Inject
  public KeyHashes(ApiKeys keys, KeyHasher hasher) {
    this.keys = keys;
    this.hasher = hasher;
  }

  @SuppressWarnings("NullAway")
  public KeyHashes() {
    keys = null;
    hasher = null;
  }

  /**
   * Hashes a secret anew as it was presented.
   *
   * @param digest what it rests under until now; if that is another meanwhile, nothing is done
   */
  public void hashAnew(String digest, Secret presented) {
    keys.secretByDigest(digest)
        .ifPresent(
            secret ->
                secret.store(
                    secret.isCustom() ? hasher.hashChosen(presented) : hasher.hash(presented)));
  }
}
