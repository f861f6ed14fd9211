package org.apikeys.key;

import jakarta.annotation.security.PermitAll;
import jakarta.ejb.Stateless;
import jakarta.inject.Inject;
import java.time.Clock;
import java.time.Instant;
import org.apikeys.api.audit.Action;
import org.apikeys.api.tenant.Caller;
import org.apikeys.audit.AuditEntry;
import org.apikeys.crypto.KeyHasher;
import org.apikeys.crypto.Secret;

/**
 * Exchanges hashes that were made under an old pepper, by another method or by another system. A
 * door of its own, since looking at a key takes no transaction and this one does.
 */
@Stateless
@PermitAll
public class KeyHashes {
  private static final String DUPLICATE =
      "the imported hash is of a key that is in use already, and never counts";

  private final ApiKeys keys;
  private final KeyKeeper keeper;
  private final KeyHasher hasher;
  private final KeyRecorder recorder;
  private final Clock clock;

  @Inject
  public KeyHashes(
      ApiKeys keys, KeyKeeper keeper, KeyHasher hasher, KeyRecorder recorder, Clock clock) {
    this.keys = keys;
    this.keeper = keeper;
    this.hasher = hasher;
    this.recorder = recorder;
    this.clock = clock;
  }

  @SuppressWarnings("NullAway")
  public KeyHashes() {
    keys = null;
    keeper = null;
    hasher = null;
    recorder = null;
    clock = null;
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

  /**
   * Ends an imported secret that is of a value that another key has, and with it the key that has
   * no other: it can never be used, and is not to be seen among those that can.
   */
  public void endDuplicate(String digest) {
    KeySecret secret = keys.secretByDigest(digest).orElse(null);
    if (secret == null) {
      return;
    }
    keys.lockSecretsOf(secret.keyId());
    ApiKey key = keys.toChange(secret.keyId()).orElse(null);
    // another call may have ended it, and recorded that, while this one waited
    if (key == null || secret.expiresAt() != null) {
      return;
    }
    Instant now = clock.instant();
    secret.endBy(now);
    if (key.statusAt(now).isFinal()) {
      recorder.noted(
          key,
          AuditEntry.of(Caller.systemIn(key.organizationId()), Action.KEY_UPDATED)
              .because(DUPLICATE)
              .changing("generations." + secret.generation() + ".expires_at", null, now));
    } else {
      keeper.revokeBySystem(key.id(), DUPLICATE);
    }
  }
}
