package org.apikeys.key;

import java.io.Serializable;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** What identifies a {@link KeyTerm}. */
public class KeyTermId implements Serializable {
  private long keyId;
  private @Nullable String kind;
  private @Nullable String term;

  public KeyTermId() {}

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof KeyTermId that
        && keyId == that.keyId
        && Objects.equals(kind, that.kind)
        && Objects.equals(term, that.term);
  }

  @Override
  public int hashCode() {
    return Objects.hash(keyId, kind, term);
  }
}
