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
import org.apikeys.api.audit.Action;
import org.apikeys.api.notice.Notice;
import org.apikeys.api.tenant.Caller;
import org.apikeys.audit.AuditEntry;
import org.apikeys.setting.Settings;

/** What time does to keys; each step is a transaction, and told to the owner. */
@Stateless
@PermitAll
public class KeySteps {
  private static final int BATCH = 200;
  private static final Duration REMINDED_AGAIN = Duration.ofDays(7);

  private final ApiKeys keys;
  private final KeyDeadlines deadlines;
  private final KeyRecorder recorder;
  private final Event<Notice> notices;
  private final Settings settings;
  private final Clock clock;

  @Inject
  public KeySteps(
      ApiKeys keys,
      KeyDeadlines deadlines,
      KeyRecorder recorder,
      Event<Notice> notices,
      Settings settings,
      Clock clock) {
    this.keys = keys;
    this.deadlines = deadlines;
    this.recorder = recorder;
    this.notices = notices;
    this.settings = settings;
    this.clock = clock;
  }

  @SuppressWarnings("NullAway")
  public KeySteps() {
    keys = null;
    deadlines = null;
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
      tell(key, "key.expired", Map.of("archived_at", archived.toString()));
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

  public List<Long> unused() {
    Instant now = clock.instant();
    return deadlines.unused(now, now.minus(settings.unusedAfter()), BATCH);
  }

  /** Asks the owner about a key that nobody uses. */
  public void askAboutUse(long id) {
    ApiKey key = keys.toChange(id).orElse(null);
    if (key != null) {
      key.unusedTold(clock.instant());
      tell(key, "key.unused", Map.of("days", Long.toString(settings.unusedAfter().toDays())));
    }
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
    notices.fire(
        new Notice(
            key.organizationId(),
            event,
            Set.of(key.owner()),
            Set.of(),
            null,
            facts,
            "/api/v1/api-keys/" + key.id()));
  }
}
