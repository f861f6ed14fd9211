package org.apikeys.key;

import java.time.Instant;
import org.apikeys.crypto.Secret;
import org.jspecify.annotations.Nullable;

/**
 * A key with the secret that its owner sees this once.
 *
 * @param view the key
 * @param secret the whole key
 * @param previousExpiresAt after a rotation: until when the secret before works
 */
public record IssuedKey(KeyView view, Secret secret, @Nullable Instant previousExpiresAt) {
  IssuedKey(KeyView view, Secret secret) {
    this(view, secret, null);
  }
}
