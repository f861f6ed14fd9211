package org.apikeys.key;

import jakarta.annotation.security.RolesAllowed;
import jakarta.ejb.Stateless;
import jakarta.inject.Inject;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import org.apikeys.api.permission.ManagementScope;
import org.apikeys.api.tenant.Caller;
import org.apikeys.key.KeyDeadlines.Coming;
import org.apikeys.setting.Settings;
import org.apikeys.store.Page;
import org.jspecify.annotations.Nullable;

/** What will happen to keys, and when, if nobody does anything. */
@Stateless
@RolesAllowed(ManagementScope.KEYS_READ)
public class KeyForecast {
  private final KeyDeadlines deadlines;
  private final Settings settings;
  private final Clock clock;

  @Inject
  public KeyForecast(KeyDeadlines deadlines, Settings settings, Clock clock) {
    this.deadlines = deadlines;
    this.settings = settings;
    this.clock = clock;
  }

  @SuppressWarnings("NullAway")
  public KeyForecast() {
    deadlines = null;
    settings = null;
    clock = null;
  }

  /**
   * Something that will happen.
   *
   * @param event {@code expires}, {@code rotation_due} or {@code archived}
   */
  public record Upcoming(Instant at, String event, String keyId, String name, String owner) {}

  private record Source(String event, Coming column, Duration after) {}

  /** What will happen to the keys that the caller sees, the nearest first. */
  public Page<Upcoming> upcoming(Caller caller, Duration within, int page, int size) {
    Instant now = clock.instant();
    String owner = caller.seesWholeOrganization() ? null : caller.owner();
    List<Source> sources =
        List.of(
            new Source("expires", Coming.EXPIRY, Duration.ZERO),
            new Source("rotation_due", Coming.ROTATION, Duration.ZERO),
            new Source("archived", Coming.EXPIRY, settings.expiryGrace()));
    List<Upcoming> all = new ArrayList<>();
    long total = 0;
    for (Source source : sources) {
      Instant from = now.minus(source.after());
      Instant until = now.plus(within).minus(source.after());
      total += deadlines.countComing(source.column(), caller.organizationId(), owner, from, until);
      for (ApiKey key :
          deadlines.coming(
              source.column(), caller.organizationId(), owner, from, until, page * size)) {
        all.add(shown(source, key));
      }
    }
    all.sort(Comparator.comparing(Upcoming::at).thenComparing(Upcoming::keyId));
    int first = Math.min((page - 1) * size, all.size());
    return new Page<>(all.subList(first, Math.min(first + size, all.size())), total);
  }

  private static Upcoming shown(Source source, ApiKey key) {
    @Nullable Instant at =
        source.column() == Coming.EXPIRY ? key.configuration().expiresAt() : key.rotationDueAt();
    return new Upcoming(
        Objects.requireNonNull(at).plus(source.after()),
        source.event(),
        "key-" + key.id(),
        key.configuration().name(),
        key.owner());
  }
}
