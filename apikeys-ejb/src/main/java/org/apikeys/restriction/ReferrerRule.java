package org.apikeys.restriction;

import static org.apikeys.restriction.WebAddress.require;

import java.util.Set;

/**
 * A compiled {@link ReferrerPattern}.
 *
 * @param below whether {@code host} stands for every name below it
 * @param port 0 for the scheme's own
 * @param open whether {@code path} is only the beginning
 */
record ReferrerRule(
    Set<WebScheme> schemes, boolean below, String host, int port, UrlPath path, boolean open) {

  private static final int MAX_LENGTH = 500;
  private static final String BELOW = "*.";

  /**
   * Compiles a pattern.
   *
   * @throws IllegalArgumentException when the text is none; the message says what would be right,
   *     and quotes nothing of the text
   */
  static ReferrerRule parse(String text) {
    require(text.length() <= MAX_LENGTH, "must have at most " + MAX_LENGTH + " characters");
    WebAddress address = WebAddress.parse(text);
    boolean below = address.host().startsWith(BELOW);
    String name = below ? address.host().substring(BELOW.length()) : address.host();
    String host =
        HostName.spell(name)
            .orElseThrow(
                () ->
                    new IllegalArgumentException(
                        "must have a host name such as app.example.com or *.example.com"));
    String rest = address.rest().isEmpty() ? "/*" : address.rest();
    require(
        rest.startsWith("/") && rest.indexOf('?') < 0 && rest.indexOf('#') < 0,
        "must end with the path, without a query or a fragment");
    boolean open = rest.endsWith("*");
    String fixed = open ? rest.substring(0, rest.length() - 1) : rest;
    require(fixed.indexOf('*') < 0, "must have '*' in the path only at its end");
    UrlPath path = UrlPath.parse(fixed);
    require(path.text().equals(UrlPath.unescape(fixed)), "must have no '.' or '..' in the path");
    return new ReferrerRule(schemes(address.scheme()), below, host, address.port(), path, open);
  }

  private static Set<WebScheme> schemes(String text) {
    return text.equals("*")
        ? Set.of(WebScheme.values())
        : Set.of(
            WebScheme.of(text)
                .orElseThrow(
                    () ->
                        new IllegalArgumentException("must begin with https://, http:// or *://")));
  }

  boolean matches(Referrer referrer) {
    return schemes.contains(referrer.scheme())
        && referrer.scheme().portOr(port) == referrer.port()
        && (below ? referrer.host().endsWith("." + host) : referrer.host().equals(host))
        && (open ? referrer.path().startsWith(path) : referrer.path().equals(path));
  }

  /** Whether the other matches whatever this one does. */
  boolean isWithin(ReferrerRule other) {
    return schemes.stream().allMatch(scheme -> isWithin(other, scheme))
        && isHostWithin(other)
        && (other.open ? path.startsWith(other.path) : !open && path.equals(other.path));
  }

  private boolean isWithin(ReferrerRule other, WebScheme scheme) {
    return other.schemes.contains(scheme) && scheme.portOr(port) == scheme.portOr(other.port);
  }

  private boolean isHostWithin(ReferrerRule other) {
    if (other.below && host.endsWith("." + other.host)) {
      return true;
    }
    return below == other.below && host.equals(other.host);
  }
}
