package org.apikeys.key;

import jakarta.annotation.security.PermitAll;
import jakarta.ejb.Stateless;
import jakarta.enterprise.event.Event;
import jakarta.inject.Inject;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.apikeys.api.audit.Action;
import org.apikeys.api.notice.Notice;
import org.apikeys.api.tenant.Caller;
import org.apikeys.audit.AuditEntry;
import org.apikeys.key.KeyDeadlines.Named;
import org.apikeys.setting.Settings;
import org.jspecify.annotations.Nullable;

/** What time does to keys; each step is a transaction, and told to the owner. */
@Stateless
@PermitAll
public class KeySteps {
  private static final int BATCH = 200;

  /** So many of somebody's keys that nobody uses are asked about at once, and so many are named. */
  private static final int MOST_UNUSED = 10_000;

  private static final int MOST_NAMED = 25;
  private static final Duration REMINDED_AGAIN = Duration.ofDays(7);

  private final ApiKeys keys;
  private final KeyDeadlines deadlines;
  private final KeyTypes types;
  private final KeyRecorder recorder;
  private final Event<Notice> notices;
  private final Settings settings;
  private final Clock clock;

  @Inject
  public KeySteps(
      ApiKeys keys,
      KeyDeadlines deadlines,
      KeyTypes types,
      KeyRecorder recorder,
      Event<Notice> notices,
      Settings settings,
      Clock clock) {
    this.keys = keys;
    this.deadlines = deadlines;
    this.types = types;
    this.recorder = recorder;
    this.notices = notices;
    this.settings = settings;
    this.clock = clock;
  }

  @SuppressWarnings("NullAway")
  public KeySteps() {
    keys = null;
    deadlines = null;
    types = null;
    recorder = null;
    notices = null;
    settings = null;
    clock = null;
  }

  public List<Long> toWarn(int days) {
    Instant now = clock.instant();
    return deadlines.toWarn(now, now.plus(Duration.ofDays(days)), days, BATCH);
  }

  /** Tells the owner that the key ends, unless its whole life is as short as the warning. */
  public void warn(long id, int days) {
    ApiKey key = keys.toChange(id).orElse(null);
    if (key == null || key.isWarned(days) || key.configuration().expiresAt() == null) {
      return;
    }
    key.warned(days);
    Instant expiry = Objects.requireNonNull(key.configuration().expiresAt());
    if (expiry.isAfter(key.createdAt().plus(Duration.ofDays(days)))) {
      tell(key, "key.expiring", Map.of("days", Long.toString(daysUntil(expiry))));
    }
  }

  /** A day that has begun counts whole. */
  private long daysUntil(Instant end) {
    return Duration.between(clock.instant(), end).plusDays(1).minusMillis(1).toDays();
  }

  public List<Long> ended() {
    return deadlines.ended(clock.instant(), BATCH);
  }

  /**
   * Notes that the key has ended by itself; told is what can still be done about it: where no
   * server ran while it could be renewed, that is nothing, and its owner hears that it is archived.
   */
  public void noteEnd(long id) {
    ApiKey key = keys.toChange(id).orElse(null);
    Instant now = clock.instant();
    if (key == null || key.isExpiryNoted() || key.statusAt(now) != KeyStatus.EXPIRED) {
      return;
    }
    key.expiryNoted();
    record(key, Action.KEY_EXPIRED, now);
    Instant expiry = Objects.requireNonNull(key.configuration().expiresAt());
    Instant archived = expiry.plus(settings.expiryGrace());
    if (archived.isAfter(now)) {
      tell(
          key,
          types.haveOneLife(key.configuration().type()) ? "key.ended" : "key.expired",
          Map.of("archived_at", archived.toString()));
    }
  }

  public List<Long> toRotate() {
    Instant now = clock.instant();
    return deadlines.toRotate(now, now.minus(REMINDED_AGAIN), BATCH);
  }

  /** Tells the owner that the secret is old, and again every week. */
  public void remindOfRotation(long id) {
    ApiKey key = keys.toChange(id).orElse(null);
    Rotation rotation = key == null ? null : key.configuration().rotation();
    if (key != null && rotation != null) {
      key.rotationTold(clock.instant());
      tell(key, "key.rotation_due", Map.of("every", rotation.every()));
    }
  }

  public List<KeyDeadlines.Holder> holdersOfUnused() {
    Instant now = clock.instant();
    return deadlines.holdersOfUnused(now, now.minus(settings.unusedAfter()), BATCH);
  }

  /** Asks somebody about their keys that nobody uses, about all of them in one notice. */
  public void askAboutUse(KeyDeadlines.Holder holder) {
    Instant now = clock.instant();
    List<Named> unused =
        deadlines.unused(holder, now, now.minus(settings.unusedAfter()), MOST_UNUSED);
    if (unused.isEmpty()) {
      return;
    }
    deadlines.unusedTold(unused, now);
    Map<String, String> facts = new TreeMap<>();
    facts.put("days", Long.toString(settings.unusedAfter().toDays()));
    if (unused.size() == 1) {
      long id = unused.get(0).id();
      facts.put("key_id", "key-" + id);
      facts.put("name", unused.get(0).name());
      tell(holder.organizationId(), "key.unused", holder.owner(), facts, path(id));
    } else {
      facts.put("count", Integer.toString(unused.size()));
      facts.put("keys", named(unused));
      tell(holder.organizationId(), "keys.unused", holder.owner(), facts, null);
    }
  }

  private static String named(List<Named> some) {
    String names =
        some.stream()
            .limit(MOST_NAMED)
            .map(key -> "key-" + key.id() + " \"" + key.name() + "\"")
            .collect(Collectors.joining(", "));
    int others = some.size() - MOST_NAMED;
    return others > 0 ? names + " and " + others + " more" : names;
  }

  public List<Long> toArchive() {
    Instant now = clock.instant();
    return deadlines.toArchive(
        now.minus(settings.expiryGrace()), now.minus(settings.archiveRevokedAfter()), BATCH);
  }

  /** Puts away what is long over. */
  public void archive(long id) {
    ApiKey key = keys.toChange(id).orElse(null);
    Instant now = clock.instant();
    if (key == null) {
      return;
    }
    KeyStatus before = key.statusAt(now);
    if (before != KeyStatus.EXPIRED && before != KeyStatus.REVOKED) {
      return;
    }
    // of many that ended while no server ran, not each is looked at in time
    noteEnd(id);
    key.archive(now);
    record(key, Action.KEY_ARCHIVED, now);
    if (before == KeyStatus.EXPIRED) {
      tell(key, "key.archived", Map.of());
    }
  }

  private void record(ApiKey key, Action action, Instant now) {
    recorder.changed(
        key,
        AuditEntry.of(Caller.systemIn(key.organizationId()), action)
            .changing("status", null, key.statusAt(now).word()),
        now);
  }

  private void tell(ApiKey key, String event, Map<String, String> more) {
    Map<String, String> facts = new TreeMap<>(more);
    facts.put("key_id", "key-" + key.id());
    facts.put("name", key.configuration().name());
    facts.put("expires_at", String.valueOf(key.configuration().expiresAt()));
    tell(key.organizationId(), event, key.owner(), facts, path(key.id()));
  }

  private static String path(long id) {
    return "/api/v1/api-keys/" + id;
  }

  private void tell(
      long organizationId,
      String event,
      String owner,
      Map<String, String> facts,
      @Nullable String link) {
    notices.fire(new Notice(organizationId, event, Set.of(owner), Set.of(), null, facts, link));
  }
}
