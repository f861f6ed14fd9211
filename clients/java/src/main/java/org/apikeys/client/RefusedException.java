package org.apikeys.client;

import java.io.IOException;

/** The server answered, but not what was asked for. */
final class RefusedException extends IOException {
  private static final long serialVersionUID = 1L;

  private final int status;

  RefusedException(String path, int status, String body) {
    super(path + " answered " + status + ": " + body);
    this.status = status;
  }

  int status() {
    return status;
  }
}
