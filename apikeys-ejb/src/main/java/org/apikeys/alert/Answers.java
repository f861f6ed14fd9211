package org.apikeys.alert;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.time.Clock;
import java.time.Duration;
import org.apikeys.key.KeySafety;

/** Does what a rule says about the key of an alert, and takes it back. */
@ApplicationScoped
class Answers {
  static final int THROTTLED_PERCENT = 10;
  static final Duration TIME_TO_ROTATE = Duration.ofHours(24);

  private final KeySafety keys;
  private final Clock clock;

  @Inject
  Answers(KeySafety keys, Clock clock) {
    this.keys = keys;
    this.clock = clock;
  }

  @SuppressWarnings("NullAway")
  protected Answers() {
    keys = null;
    clock = null;
  }

  /** Whether there was anything to be done. */
  boolean give(Alert alert, Answer answer) {
    Long key = alert.keyId();
    if (key == null) {
      return false;
    }
    String why = "alert " + alert.id() + ": " + alert.title();
    return switch (answer) {
      case NONE -> false;
      case THROTTLE -> keys.throttle(key, THROTTLED_PERCENT, why);
      case SUSPEND -> keys.suspend(key, why);
      case REQUIRE_ROTATION -> keys.requireRotation(key, clock.instant().plus(TIME_TO_ROTATE), why);
    };
  }

  void undo(Alert alert) {
    Long key = alert.keyId();
    if (key == null) {
      return;
    }
    String why = "the answer to alert " + alert.id() + " is taken back";
    switch (alert.answer()) {
      case NONE -> {}
      case THROTTLE -> keys.throttle(key, null, why);
      case SUSPEND -> keys.resume(key, why);
      case REQUIRE_ROTATION -> keys.requireRotation(key, null, why);
    }
  }
}
