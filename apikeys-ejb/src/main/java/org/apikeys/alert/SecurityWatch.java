package org.apikeys.alert;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apikeys.alert.SecurityStore.Failures;
import org.apikeys.api.alert.AlertKind;
import org.apikeys.api.alert.Concern;
import org.apikeys.api.verify.DecisionCode;
import org.apikeys.key.KeySnapshot;
import org.jspecify.annotations.Nullable;

/**
 * Notes keys that do not count, by where they were tried, at the speed of the hot path; written
 * with the calls. Sources beyond those that are told apart are counted together.
 */
@ApplicationScoped
public class SecurityWatch {
  static final String MORE = "*";
  private static final long MINUTE = 60_000;
  private static final int MOST_SOURCES = 10_000;

  private final SecurityStore store;
  private final NotedConcerns concerns;
  private final Clock clock;
  private final Map<Source, Long> noted = new ConcurrentHashMap<>();

  @Inject
  public SecurityWatch(SecurityStore store, NotedConcerns concerns, Clock clock) {
    this.store = store;
    this.concerns = concerns;
    this.clock = clock;
  }

  @SuppressWarnings("NullAway")
  protected SecurityWatch() {
    store = null;
    concerns = null;
    clock = null;
  }

  private record Source(long minuteAt, long organizationId, String address, DecisionCode code) {}

  /**
   * A call was denied.
   *
   * @param key null when there is none of that value
   * @param address where the call came from; null when nobody says
   */
  public void denied(
      long organizationId, @Nullable KeySnapshot key, DecisionCode code, @Nullable String address) {
    if (DenialKind.of(code) != DenialKind.FAILURE) {
      return;
    }
    long now = clock.millis();
    long minute = now - now % MINUTE;
    Source source = new Source(minute, organizationId, address == null ? MORE : address, code);
    if (noted.size() >= MOST_SOURCES && !noted.containsKey(source)) {
      source = new Source(minute, organizationId, MORE, code);
    }
    noted.merge(source, 1L, Long::sum);
    if (key != null && code == DecisionCode.EXPIRED && key.secretEndsAt() <= now) {
      if (now < key.expiresAt()) {
        concerns.note(
            Concern.aboutKey(
                key.organizationId(),
                AlertKind.RETIRED_SECRET_USED,
                key.id(),
                "The secret of generation "
                    + key.generation()
                    + " of key-"
                    + key.id()
                    + " \""
                    + key.name()
                    + "\" was retired and is still used, last from "
                    + (address == null ? "an unknown address" : address)
                    + "."));
      }
    }
  }

  /** Writes what was noted; what can't be written is kept for the next time. */
  public void flush() {
    List<Failures> taken = new ArrayList<>();
    for (Source source : List.copyOf(noted.keySet())) {
      Long calls = noted.remove(source);
      if (calls != null) {
        taken.add(
            new Failures(
                source.minuteAt(),
                source.organizationId(),
                source.address(),
                source.code().name(),
                calls));
      }
    }
    if (taken.isEmpty()) {
      return;
    }
    try {
      store.add(taken);
    } catch (RuntimeException e) {
      taken.forEach(
          one ->
              noted.merge(
                  new Source(
                      one.minuteAt(),
                      one.organizationId(),
                      one.address(),
                      DecisionCode.valueOf(one.code())),
                  one.calls(),
                  Long::sum));
      throw e;
    }
  }
}
