package org.apikeys.usage;

import java.time.Instant;
import org.apikeys.api.verify.DecisionCode;

/** Calls for tests. */
final class Calls {
  private Calls() {}

  /** An allowed call to an endpoint, timed with one millisecond. */
  static Call allowed(long id, long keyId) {
    return of(id, keyId, DecisionCode.VALID);
  }

  /** An allowed call of a time. */
  static Call at(long id, long keyId, Instant time) {
    return of(id, keyId, 1, DecisionCode.VALID, time.toEpochMilli());
  }

  static Call of(long id, long keyId, DecisionCode code) {
    return of(id, keyId, 1, code, 1_000_000 + id);
  }

  /** An allowed call with one of the key's secrets. */
  static Call with(int generation, long id, long keyId) {
    return of(id, keyId, generation, DecisionCode.VALID, 1_000_000 + id);
  }

  private static Call of(long id, long keyId, int generation, DecisionCode code, long millis) {
    return new Call(
        id,
        keyId,
        1,
        generation,
        code,
        "/agents",
        "GET",
        code.status(),
        1_000L,
        true,
        5L,
        null,
        "192.0.2.1",
        millis);
  }
}
