package org.apikeys.crypto;

import java.util.Objects;

/** A secret in clear: shown to its owner once, hashed, and otherwise nowhere. */
public final class Secret {
  private final String value;

  public Secret(String value) {
    this.value = Objects.requireNonNull(value);
  }

  /** The clear value, for the one answer that shows it or for hashing. */
  public String reveal() {
    return value;
  }

  /** Never the value: this is what reaches a log or an exception. */
  @Override
  public String toString() {
    return "[secret]";
  }
}
