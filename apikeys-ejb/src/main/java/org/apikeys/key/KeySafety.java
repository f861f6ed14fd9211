package org.apikeys.key;

import jakarta.annotation.security.PermitAll;
import jakarta.ejb.Stateless;
import jakarta.inject.Inject;
import java.time.Clock;
import java.time.Instant;
import java.util.Objects;
import java.util.Optional;
import org.apikeys.api.audit.Action;
import org.apikeys.api.tenant.Caller;
import org.apikeys.audit.AuditEntry;
import org.jspecify.annotations.Nullable;

/**
 * What the system does to a key by itself until somebody has looked at it. Each step is recorded
 * and can be taken back; a key that has ended is left alone, which every step says by its answer.
 */
@Stateless
@PermitAll
public class KeySafety {
  private final ApiKeys keys;
  private final KeyRecorder recorder;
  private final Clock clock;

  @Inject
  public KeySafety(ApiKeys keys, KeyRecorder recorder, Clock clock) {
    this.keys = keys;
    this.recorder = recorder;
    this.clock = clock;
  }

  @SuppressWarnings("NullAway")
  public KeySafety() {
    keys = null;
    recorder = null;
    clock = null;
  }

  /** Whose a key is. */
  public record Holder(long organizationId, String name, String owner) {}

  public Optional<Holder> holder(long id) {
    return keys.byId(id)
        .map(key -> new Holder(key.organizationId(), key.configuration().name(), key.owner()));
  }

  /** Whether somebody owns a key of an organization, whatever has become of it. */
  public boolean ownsAny(long organizationId, String owner) {
    return !keys.ownedBy(organizationId, owner, 1).isEmpty();
  }

  /** Lets nothing through until somebody activates it again. */
  public boolean suspend(long id, String why) {
    return activate(id, false, why);
  }

  /** Lets calls through again. */
  public boolean resume(long id, String why) {
    return activate(id, true, why);
  }

  private boolean activate(long id, boolean active, String why) {
    ApiKey key = living(id).orElse(null);
    if (key == null || key.isActive() == active) {
      return false;
    }
    key.activate(active, clock.instant());
    record(
        key,
        entry(key, active ? Action.KEY_REACTIVATED : Action.KEY_DEACTIVATED, why)
            .changing("is_active", !active, active));
    return true;
  }

  /**
   * Lets only a part of its limits count.
   *
   * @param percent 1 to 99; null for the whole
   */
  public boolean throttle(long id, @Nullable Integer percent, String why) {
    ApiKey key = living(id).orElse(null);
    if (key == null || Objects.equals(key.throttlePercent(), percent)) {
      return false;
    }
    Integer before = key.throttlePercent();
    key.throttle(percent, clock.instant());
    record(key, entry(key, Action.KEY_UPDATED, why).changing("throttle_percent", before, percent));
    return true;
  }

  /**
   * Ends the present secret then unless it is rotated before.
   *
   * @param by null to take that back
   */
  public boolean requireRotation(long id, @Nullable Instant by, String why) {
    ApiKey key = living(id).orElse(null);
    if (key == null || Objects.equals(key.rotateBy(), by)) {
      return false;
    }
    Instant before = key.rotateBy();
    key.rotateBy(by, clock.instant());
    record(
        key,
        entry(key, Action.KEY_UPDATED, why)
            .changing(
                "rotate_by",
                before == null ? null : before.toString(),
                by == null ? null : by.toString()));
    return true;
  }

  private Optional<ApiKey> living(long id) {
    return keys.toChange(id)
        .filter(
            key -> {
              KeyStatus status = key.statusAt(clock.instant());
              return status == KeyStatus.ACTIVE || status == KeyStatus.INACTIVE;
            });
  }

  private static AuditEntry entry(ApiKey key, Action action, String why) {
    return AuditEntry.of(Caller.systemIn(key.organizationId()), action).because(why);
  }

  private void record(ApiKey key, AuditEntry entry) {
    recorder.changed(key, entry, clock.instant());
  }
}
