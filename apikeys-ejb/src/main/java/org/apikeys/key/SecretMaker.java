package org.apikeys.key;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Inject;
import org.apikeys.api.key.Environment;
import org.apikeys.api.key.KeyFormat;
import org.apikeys.crypto.Secret;
import org.apikeys.crypto.SecretSource;
import org.apikeys.setting.Settings;

/** Makes secrets in the format that the settings describe. */
@ApplicationScoped
public class SecretMaker {
  private final KeyFormat format;
  private final SecretSource random;

  @Inject
  public SecretMaker(Settings settings, SecretSource random) {
    format = settings.keyFormat();
    this.random = random;
  }

  @SuppressWarnings("NullAway")
  protected SecretMaker() {
    format = null;
    random = null;
  }

  /**
   * A secret with the part of it that may be shown.
   *
   * @param secret the whole key
   * @param prefix for example {@code sk_live_a1b2c3d4}
   */
  record Made(Secret secret, String prefix) {}

  Made make(KeyConfiguration key) {
    Environment environment = Environment.ofWireName(key.environment()).orElseThrow();
    String text =
        format.compose(
            key.publishable(),
            environment,
            random.characters(format.randomLength(), format.alphabet().symbols()));
    String prefix = format.parse(text).orElseThrow().visiblePrefix();
    return new Made(new Secret(text), prefix);
  }

  /** The format of the keys that this installation makes. */
  @Produces
  public KeyFormat format() {
    return format;
  }
}
