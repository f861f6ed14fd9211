package org.apikeys.web.usage;

import com.fasterxml.jackson.databind.JsonNode;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.math.BigDecimal;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalLong;
import org.apikeys.api.problem.ProblemException;
import org.apikeys.api.problem.ProblemType;
import org.apikeys.api.tenant.Caller;
import org.apikeys.api.verify.DecisionCode;
import org.apikeys.check.Check;
import org.apikeys.key.KeyNumbers;
import org.apikeys.limit.AdaptiveLimits;
import org.apikeys.limit.Counters;
import org.apikeys.limit.Gate;
import org.apikeys.limit.Spent;
import org.apikeys.limit.SteadyTime;
import org.apikeys.limit.Window;
import org.apikeys.restriction.Address;
import org.apikeys.usage.Call;
import org.apikeys.usage.CallIds;
import org.apikeys.usage.CallRecorder;
import org.apikeys.usage.Completion;
import org.apikeys.web.http.JsonBody;
import org.apikeys.web.key.KeysResource;
import org.jspecify.annotations.Nullable;

/** Takes one record of a report. */
@ApplicationScoped
public class UsageReports {
  private static final BigDecimal MICROS = BigDecimal.valueOf(1_000_000);
  private static final Duration OLDEST = Duration.ofDays(7);
  private static final Duration CLOCKS_APART = Duration.ofMinutes(5);
  private static final int OK = 200;

  private final CallRecorder recorder;
  private final CallIds ids;
  private final Check check;
  private final Clock clock;
  private final Counters counters;
  private final SteadyTime time;
  private final AdaptiveLimits adaptive;

  @Inject
  public UsageReports(
      CallRecorder recorder,
      CallIds ids,
      Check check,
      Clock clock,
      Counters counters,
      SteadyTime time,
      AdaptiveLimits adaptive) {
    this.adaptive = adaptive;
    this.counters = counters;
    this.time = time;
    this.recorder = recorder;
    this.ids = ids;
    this.check = check;
    this.clock = clock;
  }

  @SuppressWarnings("NullAway")
  protected UsageReports() {
    recorder = null;
    ids = null;
    check = null;
    clock = null;
    counters = null;
    time = null;
    adaptive = null;
  }

  /** The number of the key that a record is about, when it is readable. */
  static OptionalLong keyNumber(JsonNode record) {
    JsonNode key = record.path("key_id");
    if (key.isIntegralNumber() && key.canConvertToLong() && key.longValue() > 0) {
      return OptionalLong.of(key.longValue());
    }
    return KeysResource.readNumber(key.isTextual() ? key.textValue() : "");
  }

  /** Takes a record; refused ones say why. */
  void take(Caller caller, JsonNode node, Map<Long, KeyNumbers.Reported> known) {
    if (!(node instanceof com.fasterxml.jackson.databind.node.ObjectNode object)) {
      throw ProblemException.invalid("record", "is a JSON object");
    }
    UsageRecord record = check.valid(new JsonBody(object).as(UsageRecord.class));
    OptionalLong number = keyNumber(node);
    if (number.isEmpty() || !known.containsKey(number.getAsLong())) {
      throw ProblemException.invalid("key_id", "is none of the keys that you may report on");
    }
    if (record.ip() != null && !Address.isAddress(record.ip())) {
      throw ProblemException.invalid("ip", "is not an IPv4 or IPv6 address");
    }
    Long micros = record.responseTime() == null ? null : micros(record.responseTime());
    KeyNumbers.Reported key = Objects.requireNonNull(known.get(number.getAsLong()));
    int[] repeats = Repeats.of(record);
    long at = when(record.at()).toEpochMilli();
    if (record.decisionId() == null) {
      count(caller, number.getAsLong(), key, record, micros, at);
      long now = clock.millis();
      for (int after : repeats) {
        count(caller, number.getAsLong(), key, record, micros, Math.min(now, at + after));
      }
    } else {
      complete(caller, number.getAsLong(), key, record, micros, at);
    }
  }

  private static Long micros(BigDecimal seconds) {
    return seconds.multiply(MICROS).longValue();
  }

  /**
   * What the call came to counts in the limits of its key, as far as they are not of a time after
   * it; whoever reports has used it.
   */
  private void spend(
      long number, KeyNumbers.Reported key, UsageRecord record, long callId, long at) {
    long now = time.millis();
    long ago = Math.max(0, clock.millis() - at);
    if (ago < Window.MINUTE.millis()) {
      Long micros = record.responseTime() == null ? null : micros(record.responseTime());
      adaptive.ended(number, record.statusCode(), micros);
    }
    Gate gate = counters.gate(number, key.rules());
    if (gate != null) {
      gate.report(
          new Spent(
              callId,
              record.bytesIn(),
              record.bytesOut(),
              Objects.requireNonNullElse(record.meters(), Map.of())),
          ago,
          now);
    } else if (callId == 0 && !Boolean.TRUE.equals(record.leased())) {
      counters.of(number).count(ago, now);
    }
  }

  private void count(
      Caller caller,
      long number,
      KeyNumbers.Reported key,
      UsageRecord record,
      @Nullable Long micros,
      long at) {
    spend(number, key, record, 0, at);
    boolean taken =
        recorder.record(
            new Call(
                ids.next(),
                number,
                caller.organizationId(),
                key.generation(),
                DecisionCode.VALID,
                record.endpoint(),
                record.method(),
                Objects.requireNonNullElse(record.statusCode(), OK),
                micros,
                true,
                record.bytesIn(),
                record.bytesOut(),
                record.ip(),
                at));
    if (!taken) {
      throw new ProblemException(
          ProblemType.STORE_UNAVAILABLE, "The server is stopping; send this report again.");
    }
  }

  private void complete(
      Caller caller,
      long number,
      KeyNumbers.Reported key,
      UsageRecord record,
      @Nullable Long micros,
      long at) {
    OptionalLong call = CallIds.parse(record.decisionId(), number);
    if (call.isEmpty()) {
      throw ProblemException.invalid(
          "decision_id", "is not the id of a decision about a call of key-" + number);
    }
    CallRecorder.Taken taken =
        recorder.complete(
            new Completion(
                call.getAsLong(),
                number,
                caller.organizationId(),
                record.endpoint(),
                record.method(),
                record.statusCode(),
                micros,
                record.bytesIn(),
                record.bytesOut(),
                record.ip()));
    if (taken == CallRecorder.Taken.NOT) {
      throw new ProblemException(
          ProblemType.STORE_UNAVAILABLE, "Too many reports are waiting; send this one again.");
    }
    if (taken == CallRecorder.Taken.NOW) {
      spend(number, key, record, call.getAsLong(), at);
    }
  }

  private Instant when(@Nullable Instant at) {
    Instant now = clock.instant();
    if (at == null) {
      return now;
    }
    if (at.isBefore(now.minus(OLDEST)) || at.isAfter(now.plus(CLOCKS_APART))) {
      throw ProblemException.invalid("at", "is within the last 7 days");
    }
    return at.isAfter(now) ? now : at;
  }
}
