package org.apikeys.key;

import java.io.Serializable;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Key and number: what identifies a {@link KeyVersion}. */
public class KeyVersionId implements Serializable {
  private long keyId;
  private long number;

  public KeyVersionId() {}

  KeyVersionId(long keyId, long number) {
    this.keyId = keyId;
    this.number = number;
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof KeyVersionId that && keyId == that.keyId && number == that.number;
  }

  @Override
  public int hashCode() {
    return Objects.hash(keyId, number);
  }
}
