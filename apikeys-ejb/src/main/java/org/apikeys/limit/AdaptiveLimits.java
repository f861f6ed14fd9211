package org.apikeys.limit;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.exc.ValueInstantiationException;
import jakarta.enterprise.event.Event;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.ConcurrentHashMap;
import org.apikeys.api.limit.LimitsAdapted;
import org.apikeys.api.verify.CallCounts;
import org.apikeys.api.verify.CallsCounted;
import org.apikeys.hot.Direct;
import org.apikeys.setting.Settings;
import org.apikeys.store.Json;
import org.jspecify.annotations.Nullable;

/**
 * Tightens the limits of a key that misbehaves, by the rules in {@code
 * config/adaptive-limits.json}, and loosens them step by step when it behaves again.
 */
@Direct
public class AdaptiveLimits {
  /** How often keys are looked at. */
  public static final Duration PERIOD = Duration.ofMillis(LastMinute.SLOT_MILLIS);

  private static final System.Logger LOG = System.getLogger(AdaptiveLimits.class.getName());
  private static final Duration FORGOTTEN = Duration.ofHours(3);
  private static final int WHOLE = 100;
  private static final int FIRST_SERVER_ERROR = 500;
  private static final int MOST_WATCHED = 200_000;
  private static final ObjectReader READER =
      Json.MAPPER
          .readerFor(new TypeReference<List<AdaptiveRule>>() {})
          .with(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES);

  private final Counters counters;
  private final SteadyTime time;
  private final ServerLoad load;
  private final KeyOrganizations organizations;
  private final Event<LimitsAdapted> adapted;
  private final List<AdaptiveRule> rules;
  private final Map<Long, Watch> watches = new ConcurrentHashMap<>();
  private final Map<Long, Step> steps = new ConcurrentHashMap<>();

  /** The latest step of a key, the rule that it follows, and what counts of its limits since. */
  private record Step(AdaptiveRule rule, long atMillis, int percent) {}

  @Inject
  public AdaptiveLimits(
      Counters counters,
      SteadyTime time,
      ServerLoad load,
      KeyOrganizations organizations,
      Settings settings,
      Event<LimitsAdapted> adapted) {
    this.counters = counters;
    this.time = time;
    this.load = load;
    this.organizations = organizations;
    this.adapted = adapted;
    rules = read(settings.adaptiveLimits());
  }

  private static List<AdaptiveRule> read(Optional<Path> file) {
    try (InputStream rules = open(file)) {
      return READER.readValue(rules);
    } catch (ValueInstantiationException e) {
      String why = e.getCause() == null ? "" : ": " + e.getCause().getMessage();
      throw new IllegalStateException("A rule of apikeys.limits.adaptive is wrong" + why, e);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(
          "The file of apikeys.limits.adaptive is wrong: " + e.getOriginalMessage(), e);
    } catch (IOException e) {
      throw new UncheckedIOException("The file of apikeys.limits.adaptive can't be read.", e);
    }
  }

  private static InputStream open(Optional<Path> file) throws IOException {
    if (file.isPresent()) {
      return Files.newInputStream(file.get());
    }
    InputStream builtIn = AdaptiveLimits.class.getResourceAsStream("/adaptive-limits.json");
    if (builtIn == null) {
      throw new IOException("adaptive-limits.json is missing from the application");
    }
    return builtIn;
  }

  void onCounted(@Observes CallsCounted counted) {
    long now = time.millis();
    for (CallCounts calls : counted.counts()) {
      Watch watch = calls.recent() == 0 ? null : watch(calls.keyId());
      if (watch != null) {
        watch.count(calls.recent(), now);
      }
    }
  }

  /**
   * A call has ended.
   *
   * @param status HTTP status; null when unknown
   * @param micros how long it took; null when unknown
   */
  public void ended(long keyId, @Nullable Integer status, @Nullable Long micros) {
    Watch watch = watch(keyId);
    if (watch != null && (status != null || micros != null)) {
      watch.tell(status != null && status >= FIRST_SERVER_ERROR, micros, time.millis());
    }
  }

  private @Nullable Watch watch(long keyId) {
    if (rules.isEmpty()) {
      return null;
    }
    Watch known = watches.get(keyId);
    if (known != null || watches.size() >= MOST_WATCHED) {
      return known;
    }
    return watches.computeIfAbsent(keyId, id -> new Watch());
  }

  /** Looks at every key. Called by one thread. */
  public void adapt() {
    long now = time.millis();
    load.look();
    watches.forEach((keyId, watch) -> adapt(keyId, watch, now));
    watches
        .entrySet()
        .removeIf(
            entry ->
                !steps.containsKey(entry.getKey())
                    && entry.getValue().isQuietSince(now - FORGOTTEN.toMillis()));
  }

  private void adapt(long keyId, Watch watch, long now) {
    Step step = steps.get(keyId);
    int present = step == null ? WHOLE : step.percent();
    boolean broken = false;
    for (AdaptiveRule rule : rules) {
      if (breaks(rule, watch, now)) {
        int tighter = Math.max(rule.least(), present * rule.percent() / WHOLE);
        if (tighter < present) {
          change(keyId, present, tighter, rule, now);
          watch.begin();
          return;
        }
        broken = true;
      }
    }
    watch.learn(now);
    if (step != null && broken) {
      // no better, and as tight as it may be: from now on it has to behave before it is loosened
      steps.put(keyId, new Step(step.rule(), now, present));
      watch.begin();
    } else if (step != null && now - step.atMillis() >= step.rule().loosenAfter().toMillis()) {
      int looser = Math.min(WHOLE, present * WHOLE / step.rule().percent() + 1);
      change(keyId, present, looser, step.rule(), now);
    }
  }

  /** The server's overload is met by the keys that are called much. */
  private boolean breaks(AdaptiveRule rule, Watch watch, long now) {
    return rule.signal().equals(AdaptiveRule.OVERLOAD)
        ? load.mean() > rule.above() && watch.calls(now) >= rule.calls()
        : watch.breaks(rule, now);
  }

  private void change(long keyId, int before, int percent, AdaptiveRule rule, long now) {
    // asked first: while the store is away nothing is done that nobody is told of
    OptionalLong organization = organizations.of(keyId);
    counters.of(keyId).adapt(percent == WHOLE ? null : new Adaptation(percent, rule.signal()));
    if (percent == WHOLE) {
      steps.remove(keyId);
    } else {
      steps.put(keyId, new Step(rule, now, percent));
    }
    LOG.log(
        percent < before ? System.Logger.Level.WARNING : System.Logger.Level.INFO,
        "The limits of key-{0} count by {1} %, before by {2} % ({3}).",
        String.valueOf(keyId),
        percent,
        before,
        rule.signal());
    organization.ifPresent(
        owner -> adapted.fire(new LimitsAdapted(keyId, owner, percent, before, rule.signal())));
  }
}
