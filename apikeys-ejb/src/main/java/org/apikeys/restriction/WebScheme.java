package org.apikeys.restriction;

import java.util.Optional;

/** The schemes that a page can have. */
enum WebScheme {
  HTTP(80),
  HTTPS(443);

  private final int defaultPort;

  WebScheme(int defaultPort) {
    this.defaultPort = defaultPort;
  }

  static Optional<WebScheme> of(String lowerCase) {
    return switch (lowerCase) {
      case "http" -> Optional.of(HTTP);
      case "https" -> Optional.of(HTTPS);
      default -> Optional.empty();
    };
  }

  /** The port that is meant; 0 means that none was given. */
  int portOr(int given) {
    return given == 0 ? defaultPort : given;
  }
}
