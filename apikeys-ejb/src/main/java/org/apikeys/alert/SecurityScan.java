package org.apikeys.alert;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.apikeys.alert.RuleDefinition.Anomaly;
import org.apikeys.alert.SecurityStore.Address;
import org.apikeys.alert.SecurityStore.Seen;
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

  private static final int MOST_PROFILES = 10_000;
  private static final int BATCH = 200;
  private static final long PROFILES_KEPT = 90L * 24;

  private final SecurityStore store;
  private final Sensitivity sensitivity;
  private final ConcernInbox inbox;
  private final KeySafety keys;
  private final Leases leases;
  private final Clock clock;
  private final Cache<String, Profile> profiles =
      Caffeine.newBuilder().maximumSize(MOST_PROFILES).build();

  /** What was looked at in this hour, and what was told. */
  private final Map<String, HourOf> looked = new HashMap<>();

  private final Set<String> told = new HashSet<>();
  private long present = -1;
  private long learnt = -1;
  private long watchedSince = Long.MAX_VALUE;

  @Inject
  public SecurityScan(
      SecurityStore store,
      Sensitivity sensitivity,
      ConcernInbox inbox,
      KeySafety keys,
      Leases leases,
      Clock clock) {
    this.store = store;
    this.sensitivity = sensitivity;
    this.inbox = inbox;
    this.keys = keys;
    this.leases = leases;
    this.clock = clock;
  }

  @SuppressWarnings("NullAway")
  protected SecurityScan() {
    store = null;
    sensitivity = null;
    inbox = null;
    keys = null;
    leases = null;
    clock = null;
  }

  /** Looks at the present hour. Called by one thread. */
  public synchronized void run() {
    if (!leases.tryAcquire(LEASE, LENGTH)) {
      // what another node learns is read again when this one is asked
      profiles.invalidateAll();
      present = -1;
      return;
    }
    long now = clock.millis();
    long hour = now / SecurityStore.HOUR;
    if (hour != present) {
      looked.clear();
      told.clear();
      learnt = present < 0 ? hour - 1 : Math.max(learnt, present - 1);
      present = hour;
      watchedSince = store.watchedSince().orElse(hour);
    }
    if (learnt < hour - 1 && now % SecurityStore.HOUR >= SETTLED_MILLIS) {
      learn(hour - 1);
      learnt = hour - 1;
    }
    Seen seen = store.seen(hour);
    seen.keys()
        .forEach(
            (key, of) -> {
              if (hasChanged("key-" + key, of)) {
                lookAtKey(key, seen.organizations().getOrDefault(key, 0L), of);
              }
            });
    seen.addresses()
        .forEach(
            (address, of) -> {
              if (hasChanged(address.subject(), of)) {
                lookAtAddress(address, of);
              }
            });
  }

  private boolean hasChanged(String subject, HourOf now) {
    return !now.equals(looked.put(subject, now));
  }

  private void lookAtKey(long key, long organization, HourOf now) {
    Profile usual = usual("key-" + key, now.hour(), key);
    List<Finding> findings = Detectors.ofKey(usual, now);
    if (findings.isEmpty()) {
      return;
    }
    KeySafety.Holder holder = keys.holder(key).orElse(null);
    String name = holder == null ? "key-" + key : "key-" + key + " \"" + holder.name() + "\"";
    for (Finding finding : findings) {
      RuleView rule = sensitivity.rule(organization, key, holder, finding.kind()).orElse(null);
      tell(
          rule,
          finding,
          new Concern(
              organization,
              finding.kind(),
              severity(rule, finding),
              "key-" + key,
              key,
              "The key " + name + " " + finding.detail(),
              1,
              finding.score(),
              finding.reasons()));
    }
  }

  private void lookAtAddress(Address address, HourOf now) {
    Profile usual = usual(address.subject(), now.hour(), null);
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

  private Profile usual(String subject, long hour, @Nullable Long key) {
    Function<String, Profile> load =
        name -> {
          Profile known = store.profile(name).orElseGet(Profile::new);
          if (key != null && known.last() < hour - 1) {
            long from = Math.max(known.last() + 1, hour - Profile.HOURS + 1);
            store.history(key, from, hour).forEach(known::learn);
          }
          return known;
        };
    return java.util.Objects.requireNonNull(profiles.get(subject, load));
  }

  private void learn(long hour) {
    Seen over = store.seen(hour);
    Map<String, Profile> changed = new HashMap<>();
    over.keys().forEach((key, of) -> changed.put("key-" + key, learnt("key-" + key, key, of)));
    over.addresses()
        .forEach(
            (address, of) -> changed.put(address.subject(), learnt(address.subject(), null, of)));
    List<Map.Entry<String, Profile>> all = List.copyOf(changed.entrySet());
    for (int from = 0; from < all.size(); from += BATCH) {
      Map<String, Profile> some = new HashMap<>();
      all.subList(from, Math.min(from + BATCH, all.size()))
          .forEach(one -> some.put(one.getKey(), one.getValue()));
      store.save(some);
    }
  }

  private Profile learnt(String subject, @Nullable Long key, HourOf over) {
    Profile usual = usual(subject, over.hour(), key);
    usual.learn(over);
    return usual;
  }

  /** Forgets failures from before an instant, and what is too old to be compared with. */
  public void prune(Instant before) {
    store.prune(before.toEpochMilli(), clock.millis() / SecurityStore.HOUR - PROFILES_KEPT);
  }
}
