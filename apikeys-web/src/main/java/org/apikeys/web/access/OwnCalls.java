package org.apikeys.web.access;

import jakarta.inject.Inject;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.time.Clock;
import java.util.Map;
import org.apikeys.api.verify.DecisionCode;
import org.apikeys.hot.Direct;
import org.apikeys.key.KeySnapshot;
import org.apikeys.limit.AdaptiveLimits;
import org.apikeys.limit.Gate;
import org.apikeys.limit.Spent;
import org.apikeys.limit.SteadyTime;
import org.apikeys.usage.Call;
import org.apikeys.usage.CallIds;
import org.apikeys.usage.CallRecorder;
import org.apikeys.usage.KeyUse;
import org.apikeys.usage.KeyUses;
import org.apikeys.web.http.RequestContext;
import org.jspecify.annotations.Nullable;

/** Records the calls that are made to this API with keys, when their answer is known. */
@Direct
public class OwnCalls {
  private static final String OPEN = "org.apikeys.own-call";
  private static final int LONGEST_ENDPOINT = 500;

  private final CallRecorder recorder;
  private final CallIds ids;
  private final Clock clock;
  private final SteadyTime time;
  private final AdaptiveLimits adaptive;
  private final KeyUses uses;

  @Inject
  public OwnCalls(
      CallRecorder recorder,
      CallIds ids,
      Clock clock,
      SteadyTime time,
      AdaptiveLimits adaptive,
      KeyUses uses) {
    this.uses = uses;
    this.adaptive = adaptive;
    this.recorder = recorder;
    this.ids = ids;
    this.clock = clock;
    this.time = time;
  }

  /** A call that has begun. */
  private record Begun(
      KeySnapshot key, DecisionCode code, long nanos, String address, long callId) {}

  /** The number of a call that is about to begin. */
  long next() {
    return ids.next();
  }

  void begin(
      HttpServletRequest request, KeySnapshot key, DecisionCode code, String address, long callId) {
    request.setAttribute(OPEN, new Begun(key, code, System.nanoTime(), address, callId));
  }

  /** Records the call of this request, if it was made with a key; once. */
  public void end(HttpServletRequest request, HttpServletResponse response) {
    if (!(request.getAttribute(OPEN) instanceof Begun begun)) {
      return;
    }
    request.removeAttribute(OPEN);
    Gate gate = begun.key().gate();
    if (gate != null && begun.code() == DecisionCode.VALID) {
      gate.report(new Spent(begun.callId(), null, bytesOut(request), Map.of()), time.millis());
    }
    if (begun.code() == DecisionCode.VALID) {
      uses.note(begun.key().id(), KeyUse.Kind.ADDRESS, begun.address());
    }
    long micros = (System.nanoTime() - begun.nanos()) / 1_000;
    adaptive.ended(begun.key().id(), response.getStatus(), micros);
    recorder.record(
        new Call(
            begun.callId(),
            begun.key().id(),
            begun.key().organizationId(),
            begun.key().generation(),
            begun.code(),
            endpoint(request),
            method(request),
            response.getStatus(),
            micros,
            true,
            request.getContentLengthLong() < 0 ? Long.valueOf(0) : request.getContentLengthLong(),
            bytesOut(request),
            begun.address(),
            clock.millis()));
  }

  private static @Nullable Long bytesOut(HttpServletRequest request) {
    return RequestContext.bytesOut(request);
  }

  private static String endpoint(HttpServletRequest request) {
    String path = request.getRequestURI();
    return path.length() > LONGEST_ENDPOINT ? path.substring(0, LONGEST_ENDPOINT) : path;
  }

  private static String method(HttpServletRequest request) {
    String method = request.getMethod();
    return method.length() > 10 ? method.substring(0, 10) : method;
  }
}
