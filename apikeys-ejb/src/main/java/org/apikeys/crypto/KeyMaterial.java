package org.apikeys.crypto;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import org.apikeys.setting.Settings;

/** The keys of this installation, read from their files at first use. */
@ApplicationScoped
public class KeyMaterial {
  private final Pepper pepper;
  private final SealingKey sealing;
  private final SigningKey signing;
  private final LogKeys log;

  @Inject
  public KeyMaterial(Settings settings, SecretSource random) {
    pepper = Pepper.load(settings.keyFile("pepper"), random);
    sealing = SealingKey.load(settings.keyFile("encryption"), random);
    signing = SigningKey.load(settings.keyFile("jwt"));
    log = LogKeys.load(settings.keyFile("audit"), settings.logOrigin());
  }

  @SuppressWarnings("NullAway")
  protected KeyMaterial() {
    pepper = null;
    sealing = null;
    signing = null;
    log = null;
  }

  public Pepper pepper() {
    return pepper;
  }

  public SealingKey sealing() {
    return sealing;
  }

  public SigningKey signing() {
    return signing;
  }

  /** The keys that the audit log signs with. */
  public LogKeys log() {
    return log;
  }
}
