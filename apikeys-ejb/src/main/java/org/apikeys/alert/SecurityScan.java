package org.apikeys.alert;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import org.apikeys.alert.Hours.Address;
import org.apikeys.alert.Hours.KeyHour;
import org.apikeys.alert.Hours.Keys;
import org.apikeys.alert.RuleDefinition.Anomaly;
import org.apikeys.api.alert.Concern;
import org.apikeys.api.alert.Severity;
import org.apikeys.key.KeySafety;
import org.apikeys.store.Leases;
import org.jspecify.annotations.Nullable;

/**
 * Compares the present hour of every key and address with what is usual, on one node for the whole
 * cluster, from what calls were summed up to: nothing here is on the path of a call. An hour that
 * is over is learnt.
 */
@ApplicationScoped
public class SecurityScan {
  private static final String LEASE = "security";
  private static final Duration LENGTH = Duration.ofSeconds(30);

  /** So long after an hour its last calls are summed up. */
  private static final long SETTLED_MILLIS = 30_000;

  /** Who was looked at and is forgotten is looked at once more. */
  private static final int MOST_LOOKED_AT = 200_000;

  /** Longer than this it does not take at once. */
  private static final long MOMENT_NANOS = Duration.ofMillis(100).toNanos();

  private static final Duration PROFILES_KEPT = Duration.ofDays(90);

  private final SecurityStore store;
  private final Hours hours;
  private final Profiles profiles;
  private final Sensitivity sensitivity;
  private final ConcernInbox inbox;
  private final KeySafety keys;
  private final Leases leases;
  private final Clock clock;

  /** What was looked at in this hour, by its hash, and what was told. */
  private final Cache<String, Integer> looked =
      Caffeine.newBuilder().maximumSize(MOST_LOOKED_AT).build();

  private final Set<String> told = new HashSet<>();
  private @Nullable Walk walk;
  private long present = -1;
  private long learnt = -1;
  private long watchedSince = Long.MAX_VALUE;

  /** A way through the keys of an hour, as far as it was gone. */
  private record Walk(long hour, boolean learning, long after) {}

  @Inject
  public SecurityScan(
      SecurityStore store,
      Hours hours,
      Sensitivity sensitivity,
      ConcernInbox inbox,
      KeySafety keys,
      Leases leases,
      Clock clock) {
    this.store = store;
    this.hours = hours;
    profiles = new Profiles(store, hours);
    this.sensitivity = sensitivity;
    this.inbox = inbox;
    this.keys = keys;
    this.leases = leases;
    this.clock = clock;
  }

  @SuppressWarnings("NullAway")
  protected SecurityScan() {
    store = null;
    hours = null;
    profiles = null;
    sensitivity = null;
    inbox = null;
    keys = null;
    leases = null;
    clock = null;
  }

  /**
   * Looks at as many keys of the present hour as a moment is enough for, and goes on from there the
   * next time; addresses come when all keys did. Called by one thread.
   */
  public synchronized void run() {
    if (!leases.tryAcquire(LEASE, LENGTH)) {
      // what another node learns is read again when this one is asked
      profiles.forget();
      present = -1;
      walk = null;
      return;
    }
    long began = System.nanoTime();
    boolean more = true;
    while (more && System.nanoTime() - began < MOMENT_NANOS) {
      more = step(clock.millis());
    }
  }

  /** Looks at the next keys; tells whether there are more. */
  private boolean step(long now) {
    long hour = now / Hours.HOUR;
    if (hour != present) {
      looked.invalidateAll();
      told.clear();
      learnt = present < 0 ? hour - 1 : Math.max(learnt, present - 1);
      watchedSince = hours.watchedSince(0).orElse(hour);
      profiles.begin(hour);
      present = hour;
    }
    if (walk == null || (!walk.learning() && walk.hour() != hour)) {
      boolean settled = learnt < hour - 1 && now % Hours.HOUR >= SETTLED_MILLIS;
      walk = settled ? new Walk(hour - 1, true, 0) : new Walk(hour, false, 0);
    }
    walk = next(walk);
    return walk != null;
  }

  private @Nullable Walk next(Walk at) {
    Keys some = hours.keys(at.hour(), at.after());
    if (at.learning()) {
      profiles.learnKeys(some.keys(), at.hour());
    } else {
      lookAtKeys(some.keys(), at.hour());
    }
    if (some.next().isPresent()) {
      return new Walk(at.hour(), at.learning(), some.next().getAsLong());
    }
    Map<Address, HourOf> addresses = hours.addresses(at.hour());
    if (at.learning()) {
      profiles.learnAddresses(addresses);
      learnt = Math.max(learnt, at.hour());
    } else {
      addresses.forEach(
          (address, of) -> {
            if (hasChanged(address.subject(), of)) {
              lookAtAddress(address, of);
              looked.put(address.subject(), of.hashCode());
            }
          });
    }
    return null;
  }

  private void lookAtKeys(Map<Long, KeyHour> keys, long hour) {
    Map<Long, KeyHour> changed = new TreeMap<>(keys);
    changed
        .entrySet()
        .removeIf(key -> !hasChanged(Profiles.subject(key.getKey()), key.getValue().did()));
    Map<Long, Profile> usual = profiles.ofKeys(changed.keySet(), hour);
    changed.forEach(
        (key, of) -> {
          Profile known = Objects.requireNonNull(usual.get(key));
          lookAtKey(key, of.organizationId(), known, of.did());
          looked.put(Profiles.subject(key), of.did().hashCode());
        });
  }

  private boolean hasChanged(String subject, HourOf now) {
    Integer before = looked.getIfPresent(subject);
    return before == null || before != now.hashCode();
  }

  private void lookAtKey(long key, long organization, Profile usual, HourOf now) {
    List<Finding> findings = Detectors.ofKey(usual, now);
    if (findings.isEmpty()) {
      return;
    }
    KeySafety.Holder holder = keys.holder(key).orElse(null);
    String name = Profiles.subject(key) + (holder == null ? "" : " \"" + holder.name() + "\"");
    for (Finding finding : findings) {
      RuleView rule = sensitivity.rule(organization, key, holder, finding.kind()).orElse(null);
      tell(
          rule,
          finding,
          new Concern(
              organization,
              finding.kind(),
              severity(rule, finding),
              Profiles.subject(key),
              key,
              "The key " + name + " " + finding.detail(),
              1,
              finding.score(),
              finding.reasons()));
    }
  }

  private void lookAtAddress(Address address, HourOf now) {
    Profile usual = profiles.of(address);
    for (Finding finding : Detectors.ofAddress(usual, now, watchedSince)) {
      RuleView rule =
          sensitivity.rule(address.organizationId(), null, null, finding.kind()).orElse(null);
      tell(
          rule,
          finding,
          new Concern(
              address.organizationId(),
              finding.kind(),
              severity(rule, finding),
              address.address(),
              null,
              "The address " + address.address() + " " + finding.detail(),
              1,
              finding.score(),
              finding.reasons()));
    }
  }

  private static Severity severity(@Nullable RuleView rule, Finding finding) {
    return rule == null ? finding.kind().severity() : rule.definition().severityOfAlerts();
  }

  /** An hour tells of one thing once; the next hour counts as another occurrence. */
  private void tell(@Nullable RuleView rule, Finding finding, Concern concern) {
    Anomaly anomaly = rule == null ? null : rule.definition().anomaly();
    int least =
        anomaly == null || anomaly.minScore() == null
            ? Detectors.STANDARD_THRESHOLD
            : anomaly.minScore();
    String name = concern.organizationId() + " " + concern.subject() + " " + finding.kind();
    if (finding.score() >= least && told.add(name)) {
      inbox.write(List.of(concern), rule == null ? null : Long.valueOf(rule.id()));
    }
  }

  /** Forgets failures from before an instant, and what is too old to be compared with. */
  public void prune(Instant before) {
    store.prune(before.toEpochMilli(), clock.millis() / Hours.HOUR - PROFILES_KEPT.toHours());
  }
}
