package org.apikeys.restriction;

import java.util.Optional;

/** The page that a call says it comes from. */
record Referrer(WebScheme scheme, String host, int port, UrlPath path) {

  /** Reads a {@code Referer} or {@code Origin}; empty when it isn't a plain web address. */
  static Optional<Referrer> parse(String text) {
    try {
      WebAddress address = WebAddress.parse(text);
      return WebScheme.of(address.scheme())
          .flatMap(
              scheme ->
                  HostName.spell(address.host())
                      .map(
                          host ->
                              new Referrer(
                                  scheme,
                                  host,
                                  scheme.portOr(address.port()),
                                  UrlPath.parse(path(address.rest())))));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  private static String path(String rest) {
    int end = 0;
    while (end < rest.length() && rest.charAt(end) != '?' && rest.charAt(end) != '#') {
      end++;
    }
    return end == 0 ? "/" : rest.substring(0, end);
  }
}
