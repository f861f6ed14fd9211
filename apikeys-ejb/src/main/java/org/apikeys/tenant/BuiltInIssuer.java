package org.apikeys.tenant;

import java.util.Map;
import java.util.Set;
import org.apikeys.crypto.SigningKey;
import org.apikeys.setting.Settings;
import org.eclipse.microprofile.config.spi.ConfigSource;
import org.jspecify.annotations.Nullable;

/**
 * Tells the server's MicroProfile JWT mechanism to trust the built-in issuer, unless the operator
 * names another: this source comes last, and is silent about the key when another place of the key
 * is set.
 */
public class BuiltInIssuer implements ConfigSource {
  private static final String ISSUER = "mp.jwt.verify.issuer";
  private static final String KEY = "mp.jwt.verify.publickey";
  private static final String LOCATION = "mp.jwt.verify.publickey.location";
  private static final int LAST = 50;

  /** Made when it is first asked for: the key file may not be there before. */
  private static final class Holder {
    static final String PEM = SigningKey.load(Settings.current().keyFile("jwt")).publicPem();
  }

  @Override
  public Set<String> getPropertyNames() {
    return Set.of(ISSUER, KEY);
  }

  @Override
  public Map<String, String> getProperties() {
    return isExternal() ? Map.of() : Map.of(ISSUER, SignIn.ISSUER, KEY, Holder.PEM);
  }

  @Override
  public @Nullable String getValue(String name) {
    if (name.equals(ISSUER)) {
      return isExternal() ? null : SignIn.ISSUER;
    }
    return name.equals(KEY) && !isExternal() ? Holder.PEM : null;
  }

  @Override
  public String getName() {
    return "apikeys built-in issuer";
  }

  @Override
  public int getOrdinal() {
    return LAST;
  }

  /** Whether the operator has named another issuer, its key, or the key's place. */
  private static boolean isExternal() {
    return isSet(ISSUER) || isSet(KEY) || isSet(LOCATION);
  }

  private static boolean isSet(String name) {
    String variable = name.replace('.', '_');
    return System.getProperty(name) != null
        || System.getenv(variable) != null
        || System.getenv(variable.toUpperCase(java.util.Locale.ROOT)) != null;
  }
}
