package org.apikeys.setting;

import java.net.URI;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * How this server is known at the OpenID provider that its people sign in with.
 *
 * @param issuer the provider: {@code mp.jwt.verify.issuer}, whose tokens the server takes
 * @param clientId the name under which the console is registered there
 * @param secret what proves that the code is exchanged by this server; empty for a public client
 * @param scope what is asked for, with blanks between
 * @param redirectUri where the provider sends people back to, as it is registered, to the letter
 * @param name what people know the provider by
 */
public record OpenIdSettings(
    String issuer,
    String clientId,
    Optional<String> secret,
    String scope,
    String redirectUri,
    String name) {

  /** Where in the console the provider sends people back to. */
  public static final String RETURN = "/console/signed-in";

  private static final Set<String> LOOPBACK = Set.of("127.0.0.1", "[::1]", "localhost");

  /** Whether what is sent there can't be read on the way: https, or this machine itself. */
  public static boolean isSafeAddress(String text) {
    try {
      URI address = URI.create(text);
      String host = address.getHost();
      return host != null
          && address.getRawFragment() == null
          && address.getRawUserInfo() == null
          && ("https".equals(address.getScheme())
              || ("http".equals(address.getScheme())
                  && LOOPBACK.contains(host.toLowerCase(Locale.ROOT))));
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  static boolean isScope(String scope) {
    return scope.matches("[\\x21\\x23-\\x5B\\x5D-\\x7E ]{1,500}")
        && Arrays.asList(scope.split(" +", -1)).contains("openid");
  }

  @Override
  public String toString() {
    return "OpenIdSettings[" + issuer + ", " + clientId + "]";
  }
}
