package org.apikeys.key;

import java.io.Serializable;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Key and generation: what identifies a {@link KeySecret}. */
public class KeySecretId implements Serializable {
  private long keyId;
  private int generation;

  public KeySecretId() {}

  KeySecretId(long keyId, int generation) {
    this.keyId = keyId;
    this.generation = generation;
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof KeySecretId that
        && keyId == that.keyId
        && generation == that.generation;
  }

  @Override
  public int hashCode() {
    return Objects.hash(keyId, generation);
  }
}
