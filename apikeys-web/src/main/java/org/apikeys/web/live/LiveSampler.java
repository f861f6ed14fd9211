package org.apikeys.web.live;

import com.fasterxml.jackson.databind.JsonNode;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiConsumer;
import org.apikeys.api.tenant.Caller;
import org.apikeys.audit.EventFilter;
import org.apikeys.audit.LiveReader;
import org.apikeys.key.KeyReader;
import org.apikeys.key.KeyReader.LimitState;
import org.apikeys.limit.Allowance;
import org.apikeys.limit.Window;
import org.apikeys.limit.WindowState;
import org.apikeys.store.Json;
import org.apikeys.usage.LiveCount;
import org.apikeys.usage.LiveUsage;
import org.apikeys.web.live.LiveListener.Message;
import org.jspecify.annotations.Nullable;

/**
 * Makes what is shown once a second: the calls that all nodes have counted, how the busiest keys
 * stand with their limits, alerts that any node has raised, and new lines of the audit log. What
 * several see alike is made once.
 */
@ApplicationScoped
class LiveSampler {
  private static final Duration LOOK_BACK = Duration.ofSeconds(10);
  private static final int BUSIEST = 10;

  private final LiveUsage usage;
  private final KeyReader keys;
  private final LiveReader log;
  private final AlertNews alerts;
  private final Clock clock;

  /** By one sample at a time. */
  private Set<Long> seen = new HashSet<>();

  private Instant last = Instant.EPOCH;
  private final Map<Long, Long> logPlaces = new HashMap<>();

  @Inject
  LiveSampler(LiveUsage usage, KeyReader keys, LiveReader log, AlertNews alerts, Clock clock) {
    this.usage = usage;
    this.keys = keys;
    this.log = log;
    this.alerts = alerts;
    this.clock = clock;
  }

  @SuppressWarnings("NullAway")
  protected LiveSampler() {
    usage = null;
    keys = null;
    log = null;
    alerts = null;
    clock = null;
  }

  /** A view that several listeners share: of an organization, or of some of its keys. */
  private record View(long organizationId, @Nullable Set<Long> own) {}

  /** Tells each listener what there is to tell. */
  synchronized void sample(
      Collection<LiveListener> listeners, BiConsumer<LiveListener, Message> tell) {
    Instant now = clock.instant();
    boolean first = last.isBefore(now.minus(LOOK_BACK));
    LiveUsage.Beat beat = usage.sinceBySystem(now.minus(LOOK_BACK), seen);
    seen = beat.batches();
    // what was counted before anybody watched is not of this second
    Map<Long, Map<Long, LiveCount>> counts = first ? Map.of() : beat.counts();
    double seconds =
        first ? 1 : Math.max(0.5, (double) Duration.between(last, now).toMillis() / 1_000);
    last = now;
    for (AlertNews.News news : alerts.look(first)) {
      listeners.stream()
          .filter(listener -> listener.sees(news.alert().organizationId(), news.alert().keyId()))
          .forEach(listener -> tell.accept(listener, news.message()));
    }
    Map<View, List<Message>> made = new HashMap<>();
    Map<Long, List<Message>> lines = new HashMap<>();
    for (LiveListener listener : List.copyOf(listeners)) {
      View view = new View(listener.organizationId(), listener.own());
      made.computeIfAbsent(view, wanted -> messages(wanted, counts, now, seconds))
          .forEach(message -> tell.accept(listener, message));
      if (listener.readsAudit()) {
        lines
            .computeIfAbsent(listener.organizationId(), this::lines)
            .forEach(message -> tell.accept(listener, message));
      }
    }
    logPlaces.keySet().retainAll(lines.keySet());
  }

  private List<Message> messages(
      View view, Map<Long, Map<Long, LiveCount>> counts, Instant now, double seconds) {
    Map<Long, LiveCount> byKey =
        new HashMap<>(counts.getOrDefault(view.organizationId(), Map.of()));
    if (view.own() != null) {
      byKey.keySet().retainAll(view.own());
    }
    List<Long> busiest =
        byKey.entrySet().stream()
            .sorted(
                Comparator.comparing((Map.Entry<Long, LiveCount> key) -> key.getValue().requests())
                    .reversed()
                    .thenComparing(Map.Entry.comparingByKey()))
            .limit(BUSIEST)
            .map(Map.Entry::getKey)
            .toList();
    List<Message> messages = new ArrayList<>();
    messages.add(new Message("usage", Json.write(usage(byKey, busiest, now, seconds))));
    List<Map<String, @Nullable Object>> limits =
        busiest.stream().flatMap(id -> limits(id).stream()).toList();
    if (!limits.isEmpty()) {
      messages.add(
          new Message("limits", Json.write(Map.of("at", now.toString(), "limits", limits))));
    }
    return messages;
  }

  private static Map<String, Object> usage(
      Map<Long, LiveCount> byKey, List<Long> busiest, Instant now, double seconds) {
    LiveCount all = byKey.values().stream().reduce(LiveCount.NOTHING, LiveCount::plus);
    Map<String, Object> shown = new LinkedHashMap<>();
    shown.put("at", now);
    shown.put("requests_per_second", Math.round(all.requests() / seconds * 10) / 10.0);
    shown.put("requests", all.requests());
    shown.put("allowed", all.requests() - all.denied());
    shown.put("denied", all.denied());
    shown.put("errors", all.errors());
    shown.put("bytes_in", all.bytesIn());
    shown.put("bytes_out", all.bytesOut());
    shown.put("codes", all.codes());
    shown.put(
        "keys",
        busiest.stream()
            .map(
                id -> {
                  LiveCount count = byKey.getOrDefault(id, LiveCount.NOTHING);
                  Map<String, Object> key = new LinkedHashMap<>();
                  key.put("key_id", "key-" + id);
                  key.put("requests", count.requests());
                  key.put("denied", count.denied());
                  return key;
                })
            .toList());
    return shown;
  }

  private List<Map<String, @Nullable Object>> limits(long id) {
    List<Map<String, @Nullable Object>> limits = new ArrayList<>();
    LimitState state = keys.limitsBySystem(id).orElse(null);
    if (state != null) {
      for (WindowState window : state.windows()) {
        Allowance allowance = window.allowance();
        Window length = allowance.window();
        Map<String, @Nullable Object> shown = new LinkedHashMap<>();
        shown.put("key_id", "key-" + id);
        shown.put("window", length == null ? null : length.iso());
        shown.put("limit", allowance.limit());
        shown.put("request_count", window.used());
        shown.put("remaining", allowance.remaining());
        shown.put("reset_at", Instant.ofEpochMilli(allowance.resetMillis()));
        shown.put("tightened", state.tightened() != null);
        limits.add(shown);
      }
    }
    return limits;
  }

  /** What the log has got since the last sample, for an organization. */
  private List<Message> lines(long organizationId) {
    Caller reader = Caller.systemIn(organizationId);
    Long place = logPlaces.get(organizationId);
    if (place == null) {
      logPlaces.put(organizationId, log.headBySystem());
      return List.of();
    }
    LiveReader.Batch batch = log.nextBySystem(reader, EventFilter.ANY, place);
    logPlaces.put(organizationId, batch.seen());
    return batch.events().stream().map(LiveSampler::line).toList();
  }

  private static Message line(JsonNode record) {
    Map<String, @Nullable Object> shown = new LinkedHashMap<>();
    for (String field : List.of("sequence", "time", "action", "outcome", "reason", "count")) {
      shown.put(field, record.get(field));
    }
    shown.put("actor", record.path("actor").get("name"));
    shown.put("target", record.path("target").get("id"));
    return new Message("log", Json.write(shown));
  }
}
