package org.apikeys.usage;

import org.jspecify.annotations.Nullable;

/** What some calls have come to; what is reported of them is added as {@link Saturated} says. */
final class Sums {
  long requests;
  long denied;
  long errors;
  long timed;
  long micros;
  long bytesIn;
  long bytesOut;
  private @Nullable ResponseTimes times;

  void add(Call call) {
    add(call.isAllowed(), call.isFailed(), call.bytesIn(), call.bytesOut(), 1);
    if (call.timed() && call.responseMicros() != null) {
      time(call.responseMicros());
    }
  }

  /** Counts calls that are alike; a number below zero takes them back. */
  void add(boolean allowed, boolean failed, @Nullable Long in, @Nullable Long out, int calls) {
    requests += calls;
    denied += allowed ? 0 : calls;
    errors += failed ? calls : 0;
    bytesIn = Saturated.plus(bytesIn, in == null ? 0 : in * calls);
    bytesOut = Saturated.plus(bytesOut, out == null ? 0 : out * calls);
  }

  void addBytes(@Nullable Long in, @Nullable Long out) {
    bytesIn = Saturated.plus(bytesIn, in == null ? 0 : in);
    bytesOut = Saturated.plus(bytesOut, out == null ? 0 : out);
  }

  void time(long spent) {
    timed++;
    micros = Saturated.plus(micros, spent);
    times().accept(spent);
  }

  void add(Sums other) {
    requests += other.requests;
    denied += other.denied;
    errors += other.errors;
    bytesIn = Saturated.plus(bytesIn, other.bytesIn);
    bytesOut = Saturated.plus(bytesOut, other.bytesOut);
    addTimes(other);
  }

  /** Adds what those calls took whose time is known, and nothing else. */
  void addTimes(Sums other) {
    timed += other.timed;
    micros = Saturated.plus(micros, other.micros);
    if (other.times != null) {
      times().merge(other.times);
    }
  }

  /** What is left without the others; times are not counts, and stay. */
  void leave(Sums all, Sums others) {
    requests = all.requests - others.requests;
    denied = all.denied - others.denied;
    errors = all.errors - others.errors;
    bytesIn = all.bytesIn - others.bytesIn;
    bytesOut = all.bytesOut - others.bytesOut;
  }

  ResponseTimes times() {
    ResponseTimes known = times;
    if (known == null) {
      known = new ResponseTimes();
      times = known;
    }
    return known;
  }

  /** Whether the time of a call is known. */
  boolean isTimed() {
    return timed > 0;
  }

  /** The distribution at rest; null without a call whose time is known. */
  byte @Nullable [] sketch() {
    ResponseTimes known = times;
    return known == null || known.isEmpty() ? null : known.bytes();
  }
}
