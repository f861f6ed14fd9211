package org.apikeys.alert;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.apikeys.alert.Hours.Address;
import org.apikeys.alert.Hours.KeyHour;

/**
 * What is usual for every key and address, as the scan of this node knows it: read once, and learnt
 * on in the store and here. Used by one thread at a time.
 */
final class Profiles {
  private static final int MOST = 10_000;
  private static final long DAY = 24;

  private final SecurityStore store;
  private final Hours hours;
  private final Cache<String, Profile> known = Caffeine.newBuilder().maximumSize(MOST).build();
  private long present = -1;

  /** The first hour of the last four weeks in which any key was called. */
  private long awakeSince = Long.MAX_VALUE;

  Profiles(SecurityStore store, Hours hours) {
    this.store = store;
    this.hours = hours;
  }

  /** How a key is called in the store. */
  static String subject(long key) {
    return "key-" + key;
  }

  /** Another node learns from now on. */
  void forget() {
    known.invalidateAll();
    present = -1;
  }

  /** An hour begins, in hours since 1970 UTC. */
  void begin(long hour) {
    awakeSince = hours.watchedSince(hour - Profile.HOURS).orElse(hour);
    if (hour - present > 1 || awakeSince == hour) {
      // nobody looked for some hours, or nobody called: what they came to is read again
      known.invalidateAll();
    }
    present = hour;
  }

  Profile of(Address address) {
    return Objects.requireNonNull(known.get(address.subject(), this::stored));
  }

  /**
   * What was usual before. Where all that is remembered is four weeks without a call, that is
   * unusual when others were called meanwhile, and nothing to compare with when the server was off.
   */
  private Profile stored(String subject) {
    long remembered = present - Profile.HOURS;
    boolean wasOff = awakeSince - remembered > DAY;
    return store
        .profile(subject)
        .filter(profile -> !wasOff || profile.last() > remembered)
        .orElseGet(Profile::new);
  }

  /** Of keys, up to an hour. Hours that were not learnt come from what calls came to. */
  Map<Long, Profile> ofKeys(Set<Long> keys, long hour) {
    Map<String, Long> subjects = new HashMap<>();
    keys.forEach(key -> subjects.put(subject(key), key));
    Map<Long, Profile> profiles = new HashMap<>();
    known
        .getAll(subjects.keySet(), missing -> caughtUp(missing, subjects, hour))
        .forEach(
            (subject, profile) ->
                profiles.put(Objects.requireNonNull(subjects.get(subject)), profile));
    return profiles;
  }

  private Map<String, Profile> caughtUp(
      Set<? extends String> missing, Map<String, Long> subjects, long hour) {
    Map<String, Profile> profiles = new HashMap<>();
    List<Long> behind = new ArrayList<>();
    long from = hour;
    for (String subject : missing) {
      Profile profile = stored(subject);
      profiles.put(subject, profile);
      if (profile.last() < hour - 1) {
        behind.add(Objects.requireNonNull(subjects.get(subject)));
        from = Math.min(from, Math.max(profile.last() + 1, hour - Profile.HOURS + 1));
      }
    }
    hours
        .histories(behind, from, hour)
        .forEach(
            (key, history) ->
                history.forEach(Objects.requireNonNull(profiles.get(subject(key)))::learn));
    return profiles;
  }

  void learnKeys(Map<Long, KeyHour> keys, long hour) {
    Map<Long, Profile> usual = ofKeys(keys.keySet(), hour);
    Map<String, Profile> changed = new HashMap<>();
    keys.forEach(
        (key, of) -> {
          Profile profile = Objects.requireNonNull(usual.get(key));
          profile.learn(of.did());
          changed.put(subject(key), profile);
        });
    store.save(changed);
  }

  void learnAddresses(Map<Address, HourOf> addresses) {
    Map<String, Profile> changed = new HashMap<>();
    addresses.forEach(
        (address, of) -> {
          Profile profile = of(address);
          profile.learn(of);
          changed.put(address.subject(), profile);
        });
    store.save(changed);
  }
}
