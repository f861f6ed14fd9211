package org.apikeys.usage;

import org.apikeys.api.verify.DecisionCode;

/** Calls for tests. */
final class Calls {
  private Calls() {}

  /** An allowed call to an endpoint, timed with one millisecond. */
  static Call allowed(long id, long keyId) {
    return of(id, keyId, DecisionCode.VALID);
  }

  static Call of(long id, long keyId, DecisionCode code) {
    return new Call(
        id,
        keyId,
        1,
        1,
        code,
        "/agents",
        "GET",
        code.status(),
        1_000L,
        true,
        5L,
        null,
        "192.0.2.1",
        1_000_000 + id);
  }
}
