package org.apikeys.api.key;

import java.util.Locale;
import java.util.Optional;

/** Where a key is used, and the word for it inside the key. */
public enum Environment {
  PRODUCTION("live"),
  STAGING("test"),
  DEVELOPMENT("dev");

  private final String label;

  Environment(String label) {
    this.label = label;
  }

  /** The part of the key that names the environment: {@code live}, {@code test} or {@code dev}. */
  public String label() {
    return label;
  }

  /** The name in JSON: {@code production}, {@code staging} or {@code development}. */
  public String wireName() {
    return name().toLowerCase(Locale.ROOT);
  }

  public static Optional<Environment> ofWireName(String name) {
    for (Environment environment : values()) {
      if (environment.wireName().equals(name)) {
        return Optional.of(environment);
      }
    }
    return Optional.empty();
  }

  public static Optional<Environment> ofLabel(String label) {
    for (Environment environment : values()) {
      if (environment.label.equals(label)) {
        return Optional.of(environment);
      }
    }
    return Optional.empty();
  }
}
