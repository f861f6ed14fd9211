package org.apikeys.key;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Objects;
import org.apikeys.api.problem.FieldError;

/** How long a key may live. */
final class LifeRules {
  private static final Duration FARTHEST = Duration.ofDays(36_600);

  private final Clock clock;

  LifeRules(Clock clock) {
    this.clock = clock;
  }

  /**
   * When the life of a key began.
   *
   * @param created when the key was made
   * @param renewed whether it is renewed now: then a new life begins, but for types that have one
   */
  record Begun(Instant created, boolean renewed) {}

  /** From when the life of a new key is counted. */
  Instant start(KeyConfiguration key) {
    return start(key, clock.instant());
  }

  /** From when the life of a changed key is counted. */
  Instant start(KeyConfiguration key, KeyConfiguration before, KeyType type, Begun begun) {
    Instant now = clock.instant();
    Instant from = begun.renewed() && !type.oneLife() ? now : begun.created();
    Instant start = start(before, from);
    // a life that has begun begins no second time, by a later not_before for example
    return start.isAfter(now) ? start(key, from) : start;
  }

  /** A new key with an end where its type asks for one and nobody has said when. */
  KeyConfiguration complete(KeyConfiguration key, KeyType type) {
    Duration longest = type.longestLife();
    if (key.expiresAt() != null || longest == null) {
      return key;
    }
    Instant end = start(key).plus(longest);
    return key.withExpiry(end.truncatedTo(ChronoUnit.SECONDS));
  }

  /**
   * What is wrong with a key's life.
   *
   * @param start from when it is counted
   */
  void check(
      KeyConfiguration key,
      KeyConfiguration before,
      KeyType type,
      Instant start,
      List<FieldError> wrong) {
    Instant now = clock.instant();
    Instant expiry = key.expiresAt();
    boolean sameExpiry = Objects.equals(expiry, before.expiresAt());
    if (expiry != null && !sameExpiry) {
      if (!expiry.isAfter(now)) {
        wrong.add(new FieldError("expires_at", "is in the past"));
      } else if (expiry.isAfter(now.plus(FARTHEST))) {
        wrong.add(new FieldError("expires_at", "is more than 100 years away"));
      }
    }
    if (expiry != null && key.notBefore() != null && !expiry.isAfter(key.notBefore())) {
      wrong.add(
          sameExpiry
              ? new FieldError("not_before", "is not before expires_at")
              : new FieldError("expires_at", "is not after not_before"));
    }
    Duration longest = type.longestLife();
    if (longest != null && (expiry == null || expiry.isAfter(start.plus(longest).plusSeconds(1)))) {
      wrong.add(
          new FieldError(
              "expires_at",
              ("a key of the type " + key.type() + " lives at most " + inWords(longest))
                  + (type.oneLife() ? ", however often it is renewed" : "")));
    }
  }

  private static String inWords(Duration time) {
    long hours = time.toHours();
    if (hours == 0 || !time.equals(Duration.ofHours(hours))) {
      return time.toString();
    }
    boolean days = hours > 24 && hours % 24 == 0;
    long count = days ? hours / 24 : hours;
    return count + (days ? " day" : " hour") + (count == 1 ? "" : "s");
  }

  /** From when a life is counted: an instant at which the key works already is no start of it. */
  private static Instant start(KeyConfiguration key, Instant from) {
    Instant notBefore = key.notBefore();
    return notBefore == null || notBefore.isBefore(from) ? from : notBefore;
  }
}
