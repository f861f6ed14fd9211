package org.apikeys.alert;

import java.util.Set;
import org.apikeys.alert.Profile.Measure;

/**
 * What a key, or an address, did in one hour, or in the part of it that is over.
 *
 * @param hour hours since 1970 UTC
 * @param calls that were allowed
 * @param violations calls that the key may not make; for an address: with keys that do not count
 * @param throttles calls beyond a limit
 * @param spread networks that the key was used from; for an address: keys that it used
 * @param networks those that allowed calls came from
 * @param countries those that allowed calls came from, as far as is known
 */
record HourOf(
    long hour,
    long calls,
    long violations,
    long throttles,
    long spread,
    Set<String> networks,
    Set<String> countries) {
  HourOf {
    networks = Set.copyOf(networks);
    countries = Set.copyOf(countries);
  }

  long of(Measure measure) {
    return switch (measure) {
      case CALLS -> calls;
      case VIOLATIONS -> violations;
      case THROTTLES -> throttles;
      case SPREAD -> spread;
    };
  }
}
